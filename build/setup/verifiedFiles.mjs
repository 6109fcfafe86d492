import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  createReadStream,
  existsSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const RECORD = '.verified.json';

/**
 * Is every file there with the pinned content? Hashing 200 MB at each start would cost a second, so a file
 * whose hash was right is recognised by its size and time of change; a changed file is hashed again.
 * @param {string} folder
 * @param {Record<string, string>} sha256ByFile
 */
export async function filesAreVerified(folder, sha256ByFile) {
  const known = readRecord(folder);
  const unknown = Object.entries(sha256ByFile).filter(([name, sha256]) => {
    const file = join(folder, name);
    return !existsSync(file) || known[name] !== fingerprint(file, sha256);
  });
  for (const [name, sha256] of unknown) {
    const file = join(folder, name);
    if (!existsSync(file) || (await sha256Of(file)) !== sha256) return false;
  }
  if (unknown.length > 0 && isWritable(folder)) recordVerified(folder, sha256ByFile);
  return true;
}

/**
 * Writes down that these files have been hashed and are right.
 * @param {string} folder
 * @param {Record<string, string>} sha256ByFile
 */
export function recordVerified(folder, sha256ByFile) {
  const record = Object.fromEntries(
    Object.entries(sha256ByFile).map(([name, sha256]) => [name, fingerprint(join(folder, name), sha256)]),
  );
  writeFileSync(join(folder, RECORD), JSON.stringify(record, null, 2));
}

/**
 * A cache that somebody else keeps is used as it is.
 * @param {string} folder
 */
function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} file */
export async function sha256Of(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * @param {string} file
 * @param {string} sha256
 */
function fingerprint(file, sha256) {
  const { size, mtimeMs } = statSync(file);
  return `${sha256} ${size} ${mtimeMs}`;
}

/**
 * @param {string} folder
 * @returns {Record<string, string>}
 */
function readRecord(folder) {
  const file = join(folder, RECORD);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
