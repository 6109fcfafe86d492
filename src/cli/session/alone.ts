import { failure } from '../failure';
import type { SessionStore } from './store';

/** How long a command waits for another one that renews a session, in milliseconds. */
const PATIENCE_MS = 30_000;

/**
 * Runs work while no other command does the same for these sessions.
 * @throws Failure when another one holds them for too long
 */
export async function aloneWith<T>({ folder, name }: SessionStore, work: () => Promise<T>): Promise<T> {
  // Only who renews a session pays for loading the library of the lock.
  const { lockFolder } = await import('../../adapters/folderLock');
  const lock = await lockFolder(folder, name, { patienceMs: PATIENCE_MS });
  if (!lock) throw failure('UNREACHABLE', 'Another command has been renewing this session for too long.');
  try {
    return await work();
  } finally {
    lock.release();
  }
}
