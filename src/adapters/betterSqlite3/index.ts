import { access, constants, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { type DatabaseDriver, StoreError } from '../../engine/ports';
import { BetterSqlite3Database } from './database';
import { codeOf, storeError } from './problems';

export interface BetterSqlite3Options {
  /** The native module to use instead of the one in the package: for runtimes below Node-API 10. */
  readonly nativeBinding?: string;
}

function requireNoKey(key: Uint8Array | null): void {
  if (key !== null) throw new RangeError('a database without encryption takes no key');
}

async function requireFile(file: string): Promise<void> {
  let size: number;
  try {
    size = (await stat(file)).size;
  } catch (error) {
    throw new StoreError(codeOf(error) === 'ENOENT' ? 'missing' : 'other', { cause: error });
  }
  // SQLite would take an empty file for a new database.
  if (size === 0) throw new StoreError('damaged');
}

async function reserve(file: string): Promise<void> {
  try {
    await (await open(file, 'wx', 0o600)).close();
  } catch (error) {
    throw storeError(error);
  }
}

async function isWritable(file: string): Promise<boolean> {
  try {
    await access(dirname(file), constants.W_OK);
    return true;
  } catch (error) {
    if (['EROFS', 'EACCES', 'EPERM'].includes(codeOf(error))) return false;
    throw storeError(error);
  }
}

/**
 * The catalogue: plain SQLite with a write-ahead log and `synchronous=FULL`. The library is synchronous, so each
 * call holds the thread while it runs: for small tables that are written seldom.
 */
export function createBetterSqlite3Driver(options: BetterSqlite3Options = {}): DatabaseDriver {
  function connect(file: string): BetterSqlite3Database {
    let handle: BetterSqlite3.Database | null = null;
    try {
      handle = new BetterSqlite3(file, { fileMustExist: true, timeout: 5_000, ...options });
      return new BetterSqlite3Database(handle);
    } catch (error) {
      handle?.close();
      throw storeError(error);
    }
  }

  return {
    async create(file, key) {
      requireNoKey(key);
      await reserve(file);
      try {
        return connect(file);
      } catch (error) {
        for (const part of ['', '-wal', '-shm']) await rm(`${file}${part}`, { force: true });
        throw error;
      }
    },
    async open(file, key) {
      requireNoKey(key);
      await requireFile(file);
      if (!(await isWritable(file))) throw new StoreError('read-only');
      return connect(file);
    },
  };
}
