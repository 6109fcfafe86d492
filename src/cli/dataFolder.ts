import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the console of this user keeps its data when nothing else is said (Electron's `userData`). */
export function defaultFolder(): string {
  const name = 'RISCURA Console';
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support', name, 'data');
  if (process.platform === 'win32') return join(process.env.APPDATA ?? homedir(), name, 'data');
  return join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), name, 'data');
}
