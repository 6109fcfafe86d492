import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkout, inCheckout } from './checkout.mjs';
import { SetupError } from './progress.mjs';
import { run } from './run.mjs';

const onWindows = process.platform === 'win32';

/**
 * Runs npm with the Node the machine has: the one in `node_modules` may be what npm is about to replace.
 * @param {string[]} args
 * @param {{ cwd?: string, failing?: string }} [options]
 */
export function npm(args, options = {}) {
  return run(onWindows ? 'npm.cmd' : 'npm', args, {
    cwd: checkout,
    shell: onWindows,
    ...options,
    env: environmentForNpm(),
  });
}

/**
 * Fetches the tarball of a package from the registry and refuses it when it is not the one we know.
 * @param {{ package: string, integrity: string }} pinned
 * @param {string} folder
 * @returns {Promise<string>} the tarball's path
 */
export async function fetchTarball(pinned, folder) {
  const output = await npm(['pack', pinned.package, '--silent', '--pack-destination', folder], {
    cwd: folder,
    failing: `fetching ${pinned.package} from the npm registry`,
  });
  const file = join(folder, output.trim().split('\n').at(-1));
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  if (`sha512-${hash.digest('base64')}` !== pinned.integrity) {
    throw new SetupError(
      `${pinned.package} from the npm registry is not the file pinned in build/setup/pinned.json.`,
    );
  }
  return file;
}

/**
 * The folder whose `include/node` holds the headers of the Node in use: native modules are compiled against
 * it, so that node-gyp need not download headers. Undefined where there is none; then node-gyp downloads.
 * @returns {string | undefined}
 */
export function headersFolder() {
  const prefixes = [process.env.npm_node_execpath, process.execPath]
    .filter((path) => path !== undefined && !path.startsWith(inCheckout('node_modules')))
    .map((path) => dirname(dirname(path)));
  return [...prefixes, '/usr', '/usr/local'].find((prefix) =>
    existsSync(join(prefix, 'include/node/node_api.h')),
  );
}

/**
 * The environment npm and node-gyp run in.
 * @returns {NodeJS.ProcessEnv}
 */
function environmentForNpm() {
  const nodedir = headersFolder();
  return {
    ...withoutOuterNpm(process.env),
    PATH: pathWithoutCheckout(),
    ONNXRUNTIME_NODE_INSTALL: 'skip',
    ...(nodedir && { npm_package_config_node_gyp_nodedir: nodedir }),
  };
}

/**
 * `npm start` hands its own configuration down by environment variables; an npm inside it must not inherit them.
 * @param {NodeJS.ProcessEnv} environment
 */
function withoutOuterNpm(environment) {
  const inherited = /^npm_(package|lifecycle)_|^npm_config_local_prefix$/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !inherited.test(name)));
}

function pathWithoutCheckout() {
  const own = inCheckout('node_modules');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(own))
    .join(delimiter);
}
