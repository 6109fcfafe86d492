import { existsSync, readFileSync } from 'node:fs';
import { inCheckout } from './checkout.mjs';
import { npm } from './npm.mjs';
import { done, step, there } from './progress.mjs';
import { toolNode } from './tools.mjs';

/** What install scripts leave behind, by package: without it the package is there but does not work. */
const MADE_BY_INSTALL_SCRIPTS = {
  node: toolNode,
  '@journeyapps/sqlcipher': inCheckout('node_modules/@journeyapps/sqlcipher/build/Release/node_sqlite3.node'),
  '@github/keytar': inCheckout('node_modules/@github/keytar/build/Release/keytar.node'),
};

/** Installs the dependencies as the lock file says, unless they are there; compiles what needs compiling. */
export function ensureDependencies() {
  return step('Dependencies', async (report) => {
    if (!installedAsLocked()) {
      report('npm ci, two minutes on two cores (SQLCipher is compiled)');
      await npm(['ci', '--loglevel=error']);
      return done();
    }
    const unfinished = packagesToRebuild();
    if (unfinished.length === 0) return there();
    report(`npm rebuild ${unfinished.join(' ')}`);
    await npm(['rebuild', '--loglevel=error', ...unfinished]);
    return done();
  });
}

/** Will the next call compile C++? Then a compiler must be there first. */
export function dependenciesNeedCompiler() {
  return !installedAsLocked() || packagesToRebuild().length > 0;
}

function packagesToRebuild() {
  return Object.entries(MADE_BY_INSTALL_SCRIPTS)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
}

/**
 * npm writes down what it installed; this compares that with the lock file, so that neither a stamp of our
 * own nor a walk over `node_modules` is needed. What is left out for other platforms may be missing.
 */
function installedAsLocked() {
  const record = inCheckout('node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = packagesIn(record);
  return Object.entries(packagesIn(inCheckout('package-lock.json')))
    .filter(([path]) => path !== '')
    .every(([path, locked]) =>
      installed[path] ? isSame(installed[path], locked) : locked.optional === true,
    );
}

/**
 * @param {{ version: string, integrity?: string }} found
 * @param {{ version: string, integrity?: string }} locked
 */
function isSame(found, locked) {
  return found.version === locked.version && (!locked.integrity || found.integrity === locked.integrity);
}

/** @param {string} lockFile */
function packagesIn(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}
