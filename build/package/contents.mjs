import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPackageWithOptions } from '@electron/asar';
import { copyModules } from './modules.mjs';

/** What main process and engine load from node_modules; all else is in the bundles. */
const ENGINE_MODULES = ['@github/keytar', '@journeyapps/sqlcipher', '@node-rs/argon2', 'better-sqlite3'];
/** What the hosts load. */
const HOST_MODULES = ['@huggingface/transformers', 'node-llama-cpp', 'onnxruntime-node'];
/** The bundles that the hosts begin with, and what they read. */
const HOST_FILES = ['modelHost.js', 'parserHost.js'];
/** The bundles that the command line and the headless server begin with. */
const SERVER_FILES = ['riscura.js', 'engineHost.js', 'hashWorker.js'];
/** Bundles that are no part of the archive: plain Node runs them, and it cannot look into one. */
const NOT_SHIPPED = ['modelHost.js', 'parserHost.js', 'riscura.js', 'pdf'];
/** Libraries are loaded by the system, which cannot look into an archive. */
const UNPACKED = '**/*.{node,so,so.*,dylib,dll}';

/**
 * Makes `app.asar` of a built application: main process, engine, preload script, pages, and the modules that they load.
 * @param {string} app the folder that holds `out`
 * @param {{ name: string, productName: string, version: string }} description
 * @param {string} target the archive
 * @param {{ work: string, betterSqlite3?: string }} options
 *   a folder to work in; the binding of better-sqlite3 where the package's own is not the right one
 */
export async function makeArchive(app, description, target, { work, betterSqlite3 }) {
  const content = join(work, 'archive');
  for (const part of ['main', 'preload', 'renderer'])
    cpSync(join(app, 'out', part), join(content, 'out', part), {
      recursive: true,
      filter: (file) =>
        !file.endsWith('.map') && !NOT_SHIPPED.some((name) => file === join(app, 'out/main', name)),
    });
  const { name, productName, version } = description;
  const main = 'out/main/index.js';
  writeJson(join(content, 'package.json'), { name, productName, version, type: 'module', main });
  copyEngineModules(join(content, 'node_modules'), betterSqlite3);
  await createPackageWithOptions(content, target, { unpack: UNPACKED });
}

/**
 * @param {string} target
 * @param {string} [betterSqlite3] the binding where the package's own is not the right one
 */
function copyEngineModules(target, betterSqlite3) {
  copyModules(ENGINE_MODULES, target);
  if (!betterSqlite3) return;
  const own = `${process.platform}-${process.arch}.node`;
  copyFileSync(betterSqlite3, join(target, 'better-sqlite3/prebuilds', own));
}

/**
 * Puts the command line and the headless server beside the archive, with the pages for browsers: a plain Node runs them.
 * @param {string} app the folder that holds `out`
 * @param {string} target
 * @param {{ betterSqlite3?: string }} options
 */
export function copyServer(app, target, { betterSqlite3 }) {
  const withoutMaps = { recursive: true, filter: (/** @type {string} */ file) => !file.endsWith('.map') };
  for (const name of [...SERVER_FILES, 'chunks'])
    cpSync(join(app, 'out/main', name), join(target, 'main', name), withoutMaps);
  cpSync(join(app, 'out/renderer'), join(target, 'renderer'), withoutMaps);
  writeJson(join(target, 'package.json'), { type: 'module' });
  copyEngineModules(join(target, 'node_modules'), betterSqlite3);
}

/**
 * Puts the hosts for strangers' files beside the archive: a plain Node runs them.
 * @param {string} app the folder that holds `out`
 * @param {string} target
 */
export function copyHosts(app, target) {
  const main = join(app, 'out/main');
  for (const name of [...HOST_FILES, 'chunks', 'pdf'])
    cpSync(join(main, name), join(target, name), {
      recursive: true,
      filter: (file) => !file.endsWith('.map'),
    });
  writeJson(join(target, 'package.json'), { type: 'module' });
  copyModules(HOST_MODULES, join(target, 'node_modules'));
}

/**
 * @param {string} file
 * @param {object} value
 */
function writeJson(file, value) {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** @param {string} folder */
export function describe(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
