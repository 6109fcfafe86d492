import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ConsoleError } from '../../contract';

/** Where the keys of a data folder are kept. A property of the folder, changed only by a migration. */
const KeystoreFile = z.strictObject({
  version: z.literal(1),
  kind: z.enum(['keychain', 'sealed-file']),
  /** Keeps the keys of two data folders of one user apart. */
  installationId: z.uuid(),
});
export type KeystoreFile = z.infer<typeof KeystoreFile>;

/** The service under which the keychain keeps everything of an installation. */
export function serviceOf({ installationId }: KeystoreFile): string {
  return `RISCURA Console ${installationId}`;
}

/**
 * Reads which keystore a data folder uses; an empty folder gets one.
 * @param kind what an empty folder gets
 * @throws ConsoleError KEYSTORE_UNAVAILABLE when the file is damaged, or gone while there are databases: then
 *   the keys are somewhere, and another installation id would never find them
 */
export function readKeystoreFile(dataFolder: string, kind: KeystoreFile['kind']): KeystoreFile {
  const path = join(dataFolder, 'keystore.json');
  if (existsSync(path)) return parse(readFileSync(path, 'utf8'));
  if (existsSync(join(dataFolder, 'catalog.db')) || existsSync(join(dataFolder, 'tenants'))) {
    throw new ConsoleError('KEYSTORE_UNAVAILABLE', {
      reason: 'The file keystore.json, which says where the keys are, is not in the data folder. Restore it.',
    });
  }
  const file: KeystoreFile = { version: 1, kind, installationId: randomUUID() };
  writeDurably(path, JSON.stringify(file));
  return file;
}

/** Makes another keystore that of a data folder. */
export function writeKeystoreFile(dataFolder: string, file: KeystoreFile): void {
  writeDurably(join(dataFolder, 'keystore.json'), JSON.stringify(file));
}

function parse(text: string): KeystoreFile {
  try {
    return KeystoreFile.parse(JSON.parse(text));
  } catch (error) {
    throw new ConsoleError(
      'KEYSTORE_UNAVAILABLE',
      { reason: 'The file keystore.json in the data folder is damaged. Restore it from a backup.' },
      error,
    );
  }
}

function writeDurably(path: string, text: string): void {
  const temporary = `${path}.new`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** A rename is on the disk when its folder is; Windows has no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
