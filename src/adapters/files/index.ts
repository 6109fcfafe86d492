import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Files } from '../../engine/ports';
import { segmentsOf, withinRoot } from './guard';
import { codeOf, filesError, ifThere } from './problems';

export { PathRefused } from './guard';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const FILLING = 1024 * 1024;
const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
const READ = O_RDONLY | O_NOFOLLOW;
const WRITE_NEW = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
const APPEND = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW;

/** Flushes a folder, so that a name in it survives a loss of power. Windows keeps names by itself. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function withHandle<Answer>(
  path: string,
  flags: number,
  work: (handle: FileHandle) => Promise<Answer>,
): Promise<Answer> {
  const handle = await open(path, flags, FILE_MODE);
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

/** Makes a folder in one that exists; one that is there is fine. */
async function makeOneFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: FOLDER_MODE });
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await lstat(folder)).isDirectory()) return;
    throw error;
  }
  await flushFolder(dirname(folder));
}

/** Counts the files and bytes under an absolute path without following links. */
async function measure(path: string): Promise<{ files: number; bytes: number }> {
  const found = await ifThere(lstat(path), null);
  if (!found) return { files: 0, bytes: 0 };
  if (!found.isDirectory()) return { files: 1, bytes: found.size };
  const total = { files: 0, bytes: 0 };
  for (const name of await ifThere(readdir(path), [])) {
    const part = await measure(join(path, name));
    total.files += part.files;
    total.bytes += part.bytes;
  }
  return total;
}

/**
 * The data folder on the disk: folders 0700, files 0600, new files written whole or not at all.
 *
 * Throws PathRefused for paths that leave the folder or pass a symbolic link, ConsoleError READ_ONLY when the
 * volume is full or read-only.
 * @param root absolute path of the data folder, which exists
 */
export function createFiles(root: string): Files {
  async function at<Answer>(path: string, work: (absolute: string) => Promise<Answer>): Promise<Answer> {
    const absolute = await withinRoot(root, path);
    try {
      return await work(absolute);
    } catch (error) {
      throw filesError(error);
    }
  }

  /** An act on something in the folder, never on the folder itself. */
  function inside<Answer>(path: string, work: (absolute: string) => Promise<Answer>): Promise<Answer> {
    return at(path, (absolute) => {
      if (segmentsOf(path).length === 0) throw new RangeError('the data folder itself is not replaced');
      return work(absolute);
    });
  }

  return {
    absolute: (path) => join(root, ...segmentsOf(path)),
    exists: (path) => at(path, async (file) => (await ifThere(lstat(file), null)) !== null),
    read: (path) => at(path, (file) => withHandle(file, READ, (handle) => handle.readFile())),

    write: (path, bytes) =>
      inside(path, async (file) => {
        const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
        await rm(temporary, { force: true });
        try {
          await withHandle(temporary, WRITE_NEW, async (handle) => {
            await handle.writeFile(bytes);
            await handle.sync();
          });
          await rename(temporary, file);
        } catch (error) {
          await rm(temporary, { force: true });
          throw error;
        }
        await flushFolder(dirname(file));
      }),

    append: (path, bytes) =>
      inside(path, (file) =>
        withHandle(file, APPEND, async (handle) => {
          const before = (await handle.stat()).size;
          try {
            await handle.writeFile(bytes);
          } catch (error) {
            await handle.truncate(before);
            throw error;
          }
          return before + bytes.length;
        }),
      ),

    resize: (path, bytes) =>
      inside(path, (file) =>
        withHandle(file, APPEND, async (handle) => {
          const { size } = await handle.stat();
          if (size > bytes) await handle.truncate(bytes);
          // Random, because a volume that compresses gives no room to zeros.
          const filling = randomBytes(FILLING);
          for (let at = size; at < bytes; at += FILLING) {
            await handle.writeFile(filling.subarray(0, Math.min(FILLING, bytes - at)));
          }
          await handle.sync();
        }),
      ),

    makeFolder: (path) =>
      at(path, async () => {
        const segments = segmentsOf(path);
        // One by one: made recursively, Node tells of a read-only volume as of a missing folder.
        for (let depth = 1; depth <= segments.length; depth += 1) {
          await makeOneFolder(join(root, ...segments.slice(0, depth)));
        }
      }),

    rename: (from, to) =>
      inside(from, (source) =>
        inside(to, async (target) => {
          await rename(source, target);
          await flushFolder(dirname(target));
          if (dirname(source) !== dirname(target)) await flushFolder(dirname(source));
        }),
      ),

    remove: (path) =>
      inside(path, async (target) => {
        const total = await measure(target);
        await rm(target, { recursive: true, force: true });
        await ifThere(flushFolder(dirname(target)), undefined);
        return total;
      }),

    list: (path) => at(path, async (folder) => (await ifThere(readdir(folder), [])).sort()),
    size: (path) => at(path, async (target) => (await measure(target)).bytes),

    sha256: (path) =>
      at(path, (file) =>
        withHandle(file, READ, async (handle) => {
          const hash = createHash('sha256');
          for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk);
          return hash.digest('hex');
        }),
      ),

    async free() {
      const { bavail, bsize } = await statfs(root);
      return bavail * bsize;
    },
  };
}
