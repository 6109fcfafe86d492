import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';

/** A lock that this process holds on a folder. The system takes it away when the process ends, however it ends. */
export interface FolderLock {
  release(): void;
}

const RETRY_MS = 100;

/**
 * Takes a lock on a folder, as SQLite locks a database: in the kernel, on every system, so that nothing stale is
 * left by a crash.
 * @param folder an existing folder
 * @param name whose lock: one folder can have several
 * @param patienceMs how long to wait for another process to let go
 * @returns `null` when another process holds it
 */
export async function lockFolder(folder: string, name: string, patienceMs = 0): Promise<FolderLock | null> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const lock = tryLock(join(folder, `${name}.lock`));
    if (lock || performance.now() >= until) return lock;
    await wait(RETRY_MS);
  }
}

function tryLock(file: string): FolderLock | null {
  const nativeBinding = process.env.RISCURA_BETTER_SQLITE3_BINDING;
  const database = new Database(file, { timeout: 0, ...(nativeBinding ? { nativeBinding } : {}) });
  try {
    chmodSync(file, 0o600);
    database.exec('BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY') return null;
    throw error;
  }
}
