import type { App } from 'electron';
import { type FolderLock, lockFolder } from '../adapters/folderLock';
import type { DataFolder } from '../custodian/dataFolder';

/** Whether this is the only console of this user on this data folder; if not, the other one comes to the front. */
export function isFirstConsole(app: App, onSecond: () => void): boolean {
  // Chromium keeps this lock in its own folder, and that one lies in the data folder.
  const first = app.requestSingleInstanceLock();
  if (first) app.on('second-instance', onSecond);
  return first;
}

/**
 * Takes the data folder for this process, against a server or a command line that works on it.
 * @returns `null` when another process has it
 */
export function takeDataFolder(folder: DataFolder): Promise<FolderLock | null> {
  return lockFolder(folder.path, 'custodian');
}
