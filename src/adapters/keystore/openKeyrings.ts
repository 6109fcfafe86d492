import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** How gnome-keyring begins a keyring that has no password: everything after it is in clear text. */
const CLEAR_TEXT = '[keyring]';

/**
 * Whether the keys would lie, or do lie, open on the disk: gnome-keyring's default keyring is one without a
 * password, or any keyring without a password mentions our service. Other services (KWallet, KeePassXC, macOS,
 * Windows) have no such files.
 */
export function keyringLiesOpen(service: string): boolean {
  if (process.platform !== 'linux') return false;
  return keyringFolders().some((folder) => {
    const byDefault = `${readDefault(folder)}.keyring`;
    return list(folder)
      .filter((name) => name.endsWith('.keyring') && isClearText(join(folder, name)))
      .some((name) => name === byDefault || readFileSync(join(folder, name), 'utf8').includes(service));
  });
}

function keyringFolders(): string[] {
  const data = process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share');
  return [join(data, 'keyrings'), join(homedir(), '.gnome2', 'keyrings')];
}

/** The name of the default keyring; without the file that says it, gnome-keyring takes `login`. */
function readDefault(folder: string): string {
  return list(folder).includes('default') ? readFileSync(join(folder, 'default'), 'utf8').trim() : 'login';
}

function isClearText(file: string): boolean {
  const start = Buffer.alloc(CLEAR_TEXT.length);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, start, 0, start.length, 0);
  } finally {
    closeSync(handle);
  }
  return start.toString('latin1') === CLEAR_TEXT;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
