import { copyFileSync, cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fillAtomically, inCache } from './cacheFolder.mjs';
import { inCheckout } from './checkout.mjs';
import { headersFolder } from './npm.mjs';
import { done, step, there } from './progress.mjs';
import { run } from './run.mjs';
import { ensureSystemPackages } from './systemPackages.mjs';
import { packageFile, runToolQuietly } from './tools.mjs';

/** The oldest Node-API that better-sqlite3's prebuilt binding runs on; on an older one it crashes the process. */
const PREBUILT_NEEDS_NODE_API = 10;

/** Makes the sources do without what came to Node-API after version 9. */
const FLAGS_FOR_OLD_NODE_API = '-UNAPI_VERSION -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT';

/**
 * Compiles better-sqlite3 where the Electron in use is too old for the binding that comes with it.
 * @param {string} electron
 * @returns {Promise<string | undefined>} the binding to use, when it is not the package's own
 */
export async function ensureBetterSqlite3(electron) {
  const nodeApi = await nodeApiOf(electron);
  if (nodeApi >= PREBUILT_NEEDS_NODE_API) return undefined;
  const folder = bindingFolder(nodeApi);
  const binding = join(folder, 'better_sqlite3.node');
  if (!existsSync(binding)) await ensureSystemPackages(['compiler']);
  await step('better-sqlite3 for this Electron', async (report) => {
    if (existsSync(binding)) return there();
    report('compiling, 80 seconds');
    await fillAtomically(folder, compile);
    return done();
  });
  return binding;
}

/** @param {number} nodeApi */
function bindingFolder(nodeApi) {
  const { version } = packageFile('better-sqlite3');
  return inCache('better-sqlite3', `${version}-napi${nodeApi}-${process.platform}-${process.arch}`);
}

/**
 * @param {string} electron
 * @returns {Promise<number>}
 */
async function nodeApiOf(electron) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  return Number(
    await run(electron, ['--print', 'process.versions.napi'], {
      env,
      failing: 'asking Electron its version',
    }),
  );
}

/** @param {string} folder */
async function compile(folder) {
  const sources = join(folder, '..', 'sources');
  cpSync(inCheckout('node_modules/better-sqlite3'), sources, { recursive: true });
  mkdirSync(join(sources, 'node_modules'), { recursive: true });
  symlinkSync(
    inCheckout('node_modules/node-addon-api'),
    join(sources, 'node_modules/node-addon-api'),
    'junction',
  );
  const nodedir = headersFolder();
  const options = ['--release', '--force_build=1', ...(nodedir ? [`--nodedir=${nodedir}`] : [])];
  await runToolQuietly('node-gyp', ['rebuild', ...options], {
    cwd: sources,
    env: { CXXFLAGS: FLAGS_FOR_OLD_NODE_API },
    failing: 'compiling better-sqlite3',
  });
  copyFileSync(join(sources, 'build/Release/better_sqlite3.node'), join(folder, 'better_sqlite3.node'));
}
