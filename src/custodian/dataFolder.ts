import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Where the things in a data folder are. */
export interface DataFolder {
  readonly path: string;
  /** Chromium's own files: caches of code, its lock. Nothing of a tenant. */
  readonly shell: string;
  /** GGUF files that were imported. */
  readonly models: string;
}

/** Why a data folder is refused, in words for the person who starts the console. */
export class DataFolderRefused extends Error {
  override readonly name = 'DataFolderRefused';
}

/**
 * Makes or opens the data folder: a real folder of this very user that nobody else can enter.
 * @throws DataFolderRefused
 */
export function openDataFolder(path: string): DataFolder {
  const folder = ownFolder(path);
  return { path: folder, shell: ownFolder(join(folder, 'shell')), models: ownFolder(join(folder, 'models')) };
}

function ownFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (found.isSymbolicLink()) throw new DataFolderRefused(`${path} is a link. Name the folder itself.`);
  if (!found.isDirectory()) throw new DataFolderRefused(`${path} is not a folder.`);
  if (process.getuid && found.uid !== process.getuid()) {
    throw new DataFolderRefused(`${path} belongs to another user of this machine.`);
  }
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) chmodSync(path, 0o700);
  return realpathSync(path);
}
