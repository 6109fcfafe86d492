import { execFileSync, spawnSync } from 'node:child_process';

/** The account `npm test` creates when it runs as root: Chromium's sandbox does not work for root. */
const NAME = 'riscura-e2e';

export interface OrdinaryUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Who the console runs as when root drives it; undefined when we already are an ordinary user, or there is none. */
export function ordinaryUser(): OrdinaryUser | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  if (spawnSync('id', ['-u', NAME], { stdio: 'ignore' }).status !== 0) return undefined;
  const id = (option: string) => Number(execFileSync('id', [option, NAME], { encoding: 'utf8' }));
  return { name: NAME, uid: id('-u'), gid: id('-g') };
}

/** The words to put before a command so that it runs as this user, and ends when we do. */
export function asUser(user: OrdinaryUser | undefined): string[] {
  if (!user) return [];
  const identity = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'];
  return ['setpriv', ...identity, '--inh-caps=-all', '--pdeathsig', 'KILL'];
}
