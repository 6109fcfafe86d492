import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inCheckout } from './checkout.mjs';
import { done, SetupError, say, step, there } from './progress.mjs';
import { runToolQuietly } from './tools.mjs';

const STAMP = inCheckout('out/.sources');

/** What the built application is made of. */
const SOURCES = [
  'src',
  'resources',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'electron.vite.config.ts',
];

/** Builds the application when its sources are not the ones it was last built from. */
export function ensureAppBuild() {
  return step('Application', async (report) => {
    const sources = hashOfSources();
    if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return there();
    report('electron-vite build');
    await runToolQuietly('electron-vite', ['build'], { failing: 'electron-vite build' });
    writeFileSync(STAMP, sources);
    return done();
  });
}

/**
 * Builds the application for tests: a build that fails is said and is one result among others, because the
 * tests that need no build can still run.
 * @returns {Promise<boolean>} whether there is a build of these sources
 */
export async function appBuilds() {
  try {
    await ensureAppBuild();
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    return false;
  }
}

function hashOfSources() {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((name) => filesBelow(inCheckout(name))).sort()) {
    hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  if (found.isFile()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}
