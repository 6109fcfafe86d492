import type { App } from 'electron';

/** Whether this is the only console of this user on this data folder; if not, the other one comes to the front. */
export function isFirstConsole(app: App, onSecond: () => void): boolean {
  // Chromium keeps this lock in its own folder, and that one lies in the data folder.
  const first = app.requestSingleInstanceLock();
  if (first) app.on('second-instance', onSecond);
  return first;
}
