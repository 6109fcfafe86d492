import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Is this the administrator of a Unix machine? Then the cache is shared and system packages may be installed. */
export const isRoot = process.getuid?.() === 0;

/**
 * Where what is expensive to get is kept, outside the checkout, so that the next checkout has it at once.
 * `RISCURA_CACHE` names another place.
 */
export const cacheFolder = process.env.RISCURA_CACHE || defaultCacheFolder();

/**
 * A path inside the cache.
 * @param {...string} parts
 */
export const inCache = (...parts) => join(cacheFolder, ...parts);

/**
 * Fills a folder of the cache so that it is there as a whole or not at all: `fill` works in a folder beside it,
 * which then takes the name. When another set-up was faster, its result stays and ours is thrown away.
 * @param {string} target
 * @param {(workFolder: string) => Promise<void> | void} fill
 */
export async function fillAtomically(target, fill) {
  const parent = join(target, '..');
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(join(parent, '.filling-'));
  try {
    const content = join(work, 'content');
    mkdirSync(content);
    await fill(content);
    rmSync(target, { recursive: true, force: true });
    renameOrKeepOther(content, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
function renameOrKeepOther(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
}

function defaultCacheFolder() {
  const name = 'riscura-console';
  if (process.platform === 'win32') {
    return join(process.env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), name);
  }
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', name);
  if (isRoot) return join('/var/cache', name);
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), name);
}
