import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './progress.mjs';
import { run } from './run.mjs';

const LOOK_EVERY_MS = 1000;

/**
 * Runs a program that downloads, and ends it when nothing has grown for too long: a download that a firewall
 * swallows would otherwise hang for ever.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, watchedFolders: string[], noProgressMs: number }} options
 */
export async function runWhileProgressing(command, args, { env, watchedFolders, noProgressMs }) {
  const stalled = new AbortController();
  let size = -1;
  let grownAt = Date.now();
  const timer = setInterval(() => {
    const now = totalSize(watchedFolders);
    if (now !== size) {
      size = now;
      grownAt = Date.now();
    } else if (Date.now() - grownAt > noProgressMs) {
      stalled.abort();
    }
  }, LOOK_EVERY_MS);
  try {
    await run(command, args, { env, signal: stalled.signal });
  } catch (error) {
    if (stalled.signal.aborted) throw new SetupError(`no progress for ${noProgressMs / 1000} s`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** @param {string[]} folders */
function totalSize(folders) {
  let size = 0;
  for (const folder of folders) {
    for (const entry of listing(folder)) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile()) size += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    }
  }
  return size;
}

/** @param {string} folder */
function listing(folder) {
  return statSync(folder, { throwIfNoEntry: false })
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
    : [];
}
