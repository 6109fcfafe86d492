import { mkdirSync } from 'node:fs';
import { failure } from '../failure';
import type { SessionStore } from './store';

/** How long a command waits for another one that keeps a session, in milliseconds. */
const PATIENCE_MS = 30_000;

/**
 * Runs work while no other command keeps or renews one of these sessions.
 * @throws Failure when another one holds them for too long
 */
export async function aloneWith<T>({ folder, name }: SessionStore, work: () => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Only who renews a session pays for loading the library of the lock.
  const { lockFolder } = await import('../../adapters/folderLock');
  const lock = await lockFolder(folder, name, { patienceMs: PATIENCE_MS });
  if (!lock) throw failure('UNREACHABLE', 'Another command has been keeping a session for too long.');
  try {
    return await work();
  } finally {
    lock.release();
  }
}
