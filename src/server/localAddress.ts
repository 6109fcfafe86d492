import { lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The file of a data folder that says at which path its engine listens for the command line. */
export const LOCAL_POINTER = 'engine.address';

/** Why the way to an engine is not taken, in words for whoever typed the command. */
export class LocalAddressRefused extends Error {
  override readonly name = 'LocalAddressRefused';
}

/**
 * Where the engine of a data folder listens. Somebody else's socket would be handed the password that is typed next, so
 * the pointer and the folder of the socket must belong to whom the data folder belongs to, and be closed to others.
 * @returns `null` when no engine has said where; that it has does not mean that it still runs
 * @throws LocalAddressRefused
 */
export function findLocalSocket(dataFolder: string): string | null {
  const pointer = join(dataFolder, LOCAL_POINTER);
  const found = lstatSync(pointer, { throwIfNoEntry: false });
  if (!found) return null;
  if (!found.isFile()) throw new LocalAddressRefused(`${pointer} is not a file.`);
  const path = readFileSync(pointer, 'utf8').trim();
  if (process.platform === 'win32') return path;
  const { uid } = lstatSync(dataFolder);
  const own = process.getuid?.();
  if (own !== undefined && own !== 0 && own !== uid) {
    throw new LocalAddressRefused(`${dataFolder} belongs to another user of this machine.`);
  }
  requirePrivate(dataFolder, uid);
  requirePrivate(dirname(path), uid);
  return path;
}

function requirePrivate(folder: string, uid: number): void {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  // Gone with the engine that made it.
  if (!found) return;
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new LocalAddressRefused(`${folder} can be entered by others than its owner.`);
  }
}
