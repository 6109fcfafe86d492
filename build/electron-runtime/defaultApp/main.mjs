/**
 * What `electron PATH` needs and the runtime for closed networks lacks: opens the application whose folder is
 * the first argument that is not a flag, as Electron's own default_app does, after the modules that `-r` names
 * before it. The application is imported with
 * a top-level await, and Electron delays its `ready` event until that is over, so that the application can
 * still do what must come before (register schemes as privileged, for instance).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const { folder, modules } = readArguments(process.argv.slice(1));

if (folder === undefined) {
  console.error('Usage: electron FOLDER [flags]: opens the application in FOLDER.');
  app.exit(1);
} else {
  for (const file of modules) createRequire(import.meta.url)(resolve(file));
  await open(resolve(folder));
}

/** @param {string[]} given */
function readArguments(given) {
  const modules = [];
  const rest = given.values();
  for (const argument of rest) {
    if (argument === '-r' || argument === '--require') modules.push(rest.next().value ?? '');
    else if (!argument.startsWith('-')) return { folder: argument, modules };
  }
  return { folder: undefined, modules };
}

/** @param {string} appPath */
async function open(appPath) {
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  try {
    const description = JSON.parse(readFileSync(join(appPath, 'package.json'), 'utf8'));
    introduce(description, appPath);
    await import(pathToFileURL(join(appPath, description.main ?? 'index.js')).href);
  } catch (error) {
    console.error(`The application in ${appPath} could not be opened:\n${error.stack}`);
    app.exit(1);
  }
}

/**
 * @param {{ name?: string, productName?: string, version?: string, desktopName?: string }} description
 * @param {string} appPath
 */
function introduce({ name, productName, version, desktopName }, appPath) {
  if (version) app.setVersion(version);
  if (productName ?? name) app.setName(productName ?? name);
  if (desktopName) app.setDesktopName(desktopName);
  app.setAppPath(appPath);
  app.setPath('userData', join(app.getPath('appData'), app.getName()));
}
