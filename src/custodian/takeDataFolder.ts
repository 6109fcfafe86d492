import { type FolderLock, type LockHolder, lockFolder, readHolder } from '../adapters/folderLock';
import type { DataFolder } from './dataFolder';
import { DataFolderRefused } from './dataFolder';

/**
 * Takes the data folder for this process, against every console, server and command that works on it.
 * @param program what this process is, in words for whoever comes second
 * @throws DataFolderRefused naming who has it
 */
export async function takeDataFolder(folder: DataFolder, program: string): Promise<FolderLock> {
  const lock = await lockFolder(folder.path, 'custodian', { program });
  if (lock) return lock;
  throw new DataFolderRefused(wordsOf(readHolder(folder.path, 'custodian')));
}

function wordsOf(holder: LockHolder | null): string {
  if (!holder) return 'Another program of RISCURA works on this data folder. End it first.';
  const since = new Date(holder.since).toISOString();
  return `${holder.program} works on this data folder (process ${holder.pid}, since ${since}). End it first.`;
}
