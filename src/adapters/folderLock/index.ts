import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { z } from 'zod';

/** A lock that this process holds on a folder. The system takes it away when the process ends, however it ends. */
export interface FolderLock {
  release(): void;
}

/** Who holds a lock, as it said itself. */
export type LockHolder = z.infer<typeof LockHolder>;
const LockHolder = z.object({
  pid: z.number().int().positive(),
  program: z.string().min(1).max(100),
  /** Milliseconds since 1970. */
  since: z.number().int(),
});

export interface LockOptions {
  /** How long to wait for another process to let go. */
  readonly patienceMs?: number;
  /** What the process is, in words for whoever finds the lock taken. */
  readonly program?: string;
}

const RETRY_MS = 100;

/**
 * Takes a lock on a folder, as SQLite locks a database: in the kernel, on every system, so that nothing stale is
 * left by a crash.
 * @param folder an existing folder
 * @param name whose lock: one folder can have several
 * @returns `null` when another process holds it
 */
export async function lockFolder(
  folder: string,
  name: string,
  { patienceMs = 0, program }: LockOptions = {},
): Promise<FolderLock | null> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const lock = tryLock(join(folder, `${name}.lock`));
    if (lock) return program === undefined ? lock : signed(lock, holderFile(folder, name), program);
    if (performance.now() >= until) return null;
    await wait(RETRY_MS);
  }
}

/**
 * Who holds a lock that is taken. It says nothing about whether it is.
 * @returns `null` when the holder has not said who it is
 */
export function readHolder(folder: string, name: string): LockHolder | null {
  try {
    return LockHolder.parse(JSON.parse(readFileSync(holderFile(folder, name), 'utf8')));
  } catch {
    // Not written yet, or by something else: the lock is what decides, and this only names it.
    return null;
  }
}

function holderFile(folder: string, name: string): string {
  return join(folder, `${name}.holder.json`);
}

/** A lock whose holder says who it is, until it lets go. */
function signed(lock: FolderLock, file: string, program: string): FolderLock {
  const holder: LockHolder = { pid: process.pid, program, since: Date.now() };
  writeFileSync(`${file}.new`, JSON.stringify(holder), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return {
    release: () => {
      rmSync(file, { force: true });
      lock.release();
    },
  };
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
