import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsToOpen, neededPaths, quote } from './checkout';
import { asUser, type OrdinaryUser } from './ordinaryUser';

/**
 * Writes the program that Playwright starts in place of Electron: it becomes the desktop's user and then
 * Electron, so that root can drive a console that runs with Chromium's sandbox on.
 */
export function writeLauncher(folder: string, user: OrdinaryUser | undefined): string {
  const electron = process.env.RISCURA_ELECTRON;
  if (!electron) {
    throw new Error(
      'RISCURA_ELECTRON is not set. Run npm test, or a part: node build/with.mjs vitest run PART',
    );
  }
  return writeLauncherOf(electron, join(folder, 'electron'), folder, user);
}

/**
 * Writes the program that starts another one as the desktop's user.
 * @param file where to write it
 * @param folder the desktop's own
 */
export function writeLauncherOf(
  program: string,
  file: string,
  folder: string,
  user: OrdinaryUser | undefined,
): string {
  const become = [...asUser(user), program].map(quote).join(' ');
  writeFileSync(
    file,
    script(become, user ? commandsToOpen(user, neededPaths(), join(folder, 'stage')) : []),
    {
      mode: 0o755,
    },
  );
  return file;
}

function script(become: string, commands: readonly string[]): string {
  const inNamespace = '[ "$1" = opened ] || exec unshare -m "$0" opened "$@"\nshift';
  const opening = commands.length > 0 ? `${inNamespace}\n${commands.join('\n')}\n` : '';
  return `#!/bin/sh\nset -e\n${opening}exec ${become} "$@"\n`;
}
