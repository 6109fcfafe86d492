import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkout, inCheckout } from '../setup/checkout.mjs';
import { copyHosts, copyServer, describe, makeArchive } from './contents.mjs';
import { setFuses } from './fuses.mjs';

/** The name of the program in the package. Electron takes any other name than its own for a packaged application. */
export const PROGRAM = 'riscura-console';

/** The command line in the package, and with it the headless server. */
const COMMAND = 'riscura';

const LAUNCHER = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/resources/node/node" "$here/resources/server/main/riscura.js" "$@"
`;

/** What of the models only tests need. */
const TEST_MODELS = /\.safetensors$/;

/** What a package is made of, beside Electron and the models, which do not change under their names. */
const INPUTS = [
  'build/package',
  'build/systemd',
  'out/main',
  'out/preload',
  'out/renderer',
  'package.json',
  'package-lock.json',
];

/**
 * @typedef {object} PackageOptions
 * @property {string} electron the Electron binary
 * @property {string} target the folder to make
 * @property {string} models the folder of the models that come along
 * @property {string} [betterSqlite3] the binding of better-sqlite3 where the package's own is not for this Electron
 */

/**
 * Packages the console for tests, once for the same inputs.
 * @param {Omit<PackageOptions, 'target'> & { under: string }} options a folder that holds packages by their digest
 * @returns {Promise<string>} the folder of the package
 */
export async function packageForTests({ under, ...options }) {
  const name = digestOf(options);
  const target = join(under, name);
  if (existsSync(target)) return target;
  mkdirSync(under, { recursive: true });
  for (const old of readdirSync(under))
    if (!old.startsWith(name)) rmSync(join(under, old), { recursive: true, force: true });
  const made = `${target}.new-${process.pid}`;
  await packageConsole({ ...options, target: made });
  try {
    renameSync(made, target);
  } catch {
    // Another test has made the same meanwhile.
    rmSync(made, { recursive: true });
  }
  return target;
}

/** @param {Omit<PackageOptions, 'target'>} options */
function digestOf({ electron, betterSqlite3 }) {
  const hash = createHash('sha256');
  for (const file of INPUTS.flatMap((path) => filesBelow(inCheckout(path))).sort())
    hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash
    .update(`${electron} ${statSync(electron).mtimeMs} ${betterSqlite3}`)
    .digest('hex')
    .slice(0, 12);
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  if (!statSync(path).isDirectory()) return path.endsWith('.map') ? [] : [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

/**
 * Makes the folder that a person gets: Electron with all its fuses set, the application in an archive, and beside it
 * Node and the hosts, the models, the licences.
 * @param {PackageOptions} options
 */
export async function packageConsole({ electron, target, models, betterSqlite3 }) {
  const work = `${target}.${process.pid}`;
  mkdirSync(dirname(target), { recursive: true });
  rmSync(work, { recursive: true, force: true });
  const folder = join(work, 'package');
  const resources = join(folder, 'resources');
  copyElectron(electron, folder);
  mkdirSync(join(resources, 'node'), { recursive: true });
  copyFileSync(inCheckout('node_modules/node/bin/node'), join(resources, 'node/node'));
  if (existsSync(models))
    cpSync(models, join(resources, 'models'), {
      recursive: true,
      dereference: true,
      filter: (file) => !TEST_MODELS.test(file),
    });
  copyHosts(checkout, join(resources, 'hosts'));
  copyServer(checkout, join(resources, 'server'), { betterSqlite3 });
  cpSync(inCheckout('build/systemd'), join(resources, 'systemd'), { recursive: true });
  writeFileSync(join(folder, COMMAND), LAUNCHER, { mode: 0o755 });
  await makeArchive(checkout, describe(checkout), join(resources, 'app.asar'), { work, betterSqlite3 });
  await setFuses(join(folder, PROGRAM));
  rmSync(target, { recursive: true, force: true });
  renameSync(folder, target);
  rmSync(work, { recursive: true, force: true });
}

/**
 * Copies the runtime without the application that a checkout opens with.
 * @param {string} electron
 * @param {string} folder
 */
function copyElectron(electron, folder) {
  const dist = dirname(electron);
  cpSync(dist, folder, { recursive: true, filter: (file) => file !== join(dist, 'resources') });
  renameSync(join(folder, basename(electron)), join(folder, PROGRAM));
  chmodSync(join(folder, PROGRAM), 0o755);
}
