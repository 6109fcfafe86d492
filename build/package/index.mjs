import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkout, inCheckout } from '../setup/checkout.mjs';
import { copyHosts, describe, makeArchive } from './contents.mjs';
import { setFuses } from './fuses.mjs';

/** The name of the program in the package. Electron takes any other name than its own for a packaged application. */
export const PROGRAM = 'riscura-console';

/** What of the models only tests need. */
const TEST_MODELS = /\.safetensors$/;

/**
 * Makes the folder that a person gets: Electron with all its fuses set, the application in an archive, and beside it
 * Node and the hosts, the models, the licences.
 * @param {{ electron: string, target: string, models: string, betterSqlite3?: string }} options
 *   the Electron binary; the folder to make; the folder of the models that come along; the binding of better-sqlite3
 *   where the package's own is not the right one for this Electron
 */
export async function packageConsole({ electron, target, models, betterSqlite3 }) {
  const work = `${target}.${process.pid}`;
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
  await makeArchive(checkout, describe(checkout), join(resources, 'app.asar'), { work, betterSqlite3 });
  await setFuses(join(folder, PROGRAM));
  rmSync(target, { recursive: true, force: true });
  mkdirSync(dirname(target), { recursive: true });
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
