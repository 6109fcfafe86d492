import { open, rm, stat } from 'node:fs/promises';
import { type DatabaseDriver, type EncryptedDatabase, StoreError } from '../../engine/ports';
import { SqlcipherDatabase } from './database';
import { codeOf, storeError } from './problems';

const KEY_BYTES = 32;
const PAGE_BYTES = 4096;

function requireKey(key: Uint8Array | null): Uint8Array {
  if (key?.length !== KEY_BYTES) throw new RangeError('an encrypted database needs a key of 32 bytes');
  return key;
}

/** Makes the file and nothing in it; an existing one is left as it is. */
async function reserve(file: string): Promise<void> {
  try {
    await (await open(file, 'wx', 0o600)).close();
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new StoreError('other', { cause: error });
    if (codeOf(error) === 'EROFS') throw new StoreError('read-only', { cause: error });
    if (codeOf(error) === 'ENOSPC') throw new StoreError('full', { cause: error });
    throw await storeError(file, error);
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw new StoreError('other', { cause: error });
  }
}

async function requireFile(file: string): Promise<void> {
  try {
    await stat(file);
  } catch (error) {
    throw new StoreError(codeOf(error) === 'ENOENT' ? 'missing' : 'other', { cause: error });
  }
  const isWhole = (await sizeOf(file)) % PAGE_BYTES === 0;
  // SQLite would take an empty file for a new database. A part of a page may be mended from the log.
  if ((await sizeOf(file)) === 0 || (!isWhole && (await sizeOf(`${file}-wal`)) === 0)) {
    throw new StoreError('damaged');
  }
}

/**
 * Tenants' databases: SQLCipher 4 with a raw key (AES-256-CBC and HMAC-SHA512 a page), write-ahead log,
 * `synchronous=FULL`.
 *
 * The key is held in this process as long as the database is open and overwritten when it is closed. For the
 * driver it must become a JavaScript string once a connection; that string lives until it is collected.
 */
export function createSqlcipherDriver(): DatabaseDriver<EncryptedDatabase> {
  return {
    async create(file, key): Promise<EncryptedDatabase> {
      const raw = requireKey(key);
      await reserve(file);
      try {
        return await SqlcipherDatabase.create(file, raw);
      } catch (error) {
        for (const part of ['', '-wal', '-shm']) await rm(`${file}${part}`, { force: true });
        throw error;
      }
    },
    async open(file, key): Promise<EncryptedDatabase> {
      const raw = requireKey(key);
      await requireFile(file);
      return SqlcipherDatabase.open(file, raw);
    },
  };
}
