import { spawnSync } from 'node:child_process';
import { isRoot } from './cacheFolder.mjs';
import { done, skipped, step, there } from './progress.mjs';
import { findProgram } from './run.mjs';

/** The account the console runs under when root tests it: Chromium's sandbox refuses to run as root. */
export const ORDINARY_USER = 'riscura-e2e';

/** Does the account exist? */
export function ordinaryUserExists() {
  return spawnSync('id', ['-u', ORDINARY_USER], { stdio: 'ignore' }).status === 0;
}

/** Creates the account when this is root on Linux; anybody else already is an ordinary user. */
export async function ensureOrdinaryUser() {
  if (process.platform !== 'linux' || !isRoot) return;
  await step(`Ordinary user ${ORDINARY_USER}`, () => {
    if (ordinaryUserExists()) return there();
    if (!findProgram('useradd') || !findProgram('setpriv')) {
      return skipped('useradd or setpriv is missing; the console runs as root, without Chromium’s sandbox');
    }
    const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'];
    const result = spawnSync('useradd', [...options, '--shell', '/usr/sbin/nologin', ORDINARY_USER], {
      encoding: 'utf8',
    });
    return result.status === 0
      ? done()
      : skipped(`${result.stderr.trim()}; the console runs as root, without Chromium’s sandbox`);
  });
}
