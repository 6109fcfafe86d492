import { constants, lstatSync, rmSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConsoleError } from '../../../contract';

/** A thousand tenants take less than a megabyte. */
const LARGEST = 64 * 1024 * 1024;

const FLAGS = constants.O_NOFOLLOW ?? 0;

/** @throws ConsoleError KEYSTORE_INSECURE when others than this user could read or replace the file */
export function requirePrivateFolder(folder: string): void {
  const found = lstatSync(folder);
  if (!found.isDirectory() || !isOwn(found) || isOpenToOthers(found)) {
    throw insecure(`The folder ${folder} of the sealed file is not closed to others: chmod 700 it.`);
  }
}

/**
 * Reads a file that nobody but this user can read, following no link.
 * @returns `null` when there is none
 * @throws ConsoleError KEYSTORE_INSECURE for a link, another owner, other names of it, or a mode above 0600;
 *   KEYSTORE_UNAVAILABLE when it cannot be read
 */
export async function readPrivate(path: string): Promise<Buffer | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | FLAGS);
  } catch (problem) {
    const { code } = problem as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'ELOOP') throw insecure(`${path} is a link. The sealed file must be the file itself.`);
    throw unavailable(`${path} cannot be read (${code}).`, problem);
  }
  try {
    const found = await handle.stat();
    if (!found.isFile() || found.nlink !== 1) throw insecure(`${path} is not a file with one name.`);
    if (!isOwn(found)) throw insecure(`${path} belongs to another user.`);
    if (isOpenToOthers(found)) throw insecure(`${path} can be read by others: chmod 600 it.`);
    if (found.size > LARGEST) throw unavailable(`${path} is larger than a sealed file ever is.`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/**
 * Puts a file in the place of another, whole or not at all, and on the disk before it resolves.
 * @throws ConsoleError KEYSTORE_UNAVAILABLE; then what was there before is still there
 */
export async function replacePrivate(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.new`;
  try {
    // What a process left that was killed here.
    rmSync(temporary, { force: true });
    await write(temporary, bytes);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (problem) {
    rmSync(temporary, { force: true });
    const { code } = problem as NodeJS.ErrnoException;
    throw unavailable(`The sealed file could not be written (${code}).`, problem);
  }
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | FLAGS, 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename is on the disk when its folder is; Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isOwn({ uid }: { uid: number }): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

function isOpenToOthers({ mode }: { mode: number }): boolean {
  return process.platform !== 'win32' && (mode & 0o077) !== 0;
}

function insecure(reason: string): ConsoleError {
  return new ConsoleError('KEYSTORE_INSECURE', { reason });
}

function unavailable(reason: string, cause?: unknown): ConsoleError {
  return new ConsoleError('KEYSTORE_UNAVAILABLE', { reason }, cause);
}
