import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asUser, type OrdinaryUser } from './ordinaryUser';

/** The folder the console is opened from. */
export const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** What the console reads: big and made by the set-up, so readable; or small and as its owner cloned it. */
export interface NeededPaths {
  readonly bound: readonly string[];
  readonly copied: readonly string[];
}

export function neededPaths(): NeededPaths {
  const { RISCURA_ELECTRON, RISCURA_BETTER_SQLITE3_BINDING, RISCURA_MODELS } = process.env;
  const bound = [
    join(checkout, 'out'),
    join(checkout, 'node_modules'),
    RISCURA_ELECTRON && dirname(RISCURA_ELECTRON),
    RISCURA_BETTER_SQLITE3_BINDING && dirname(RISCURA_BETTER_SQLITE3_BINDING),
    RISCURA_MODELS,
  ];
  const copied = [join(checkout, 'package.json'), join(checkout, 'resources')];
  const isThere = (path: string | undefined): path is string => path !== undefined && existsSync(path);
  return { bound: bound.filter(isThere), copied: copied.filter(isThere) };
}

/**
 * Shell commands that make what the console reads reachable for an ordinary user though a folder on the way
 * is closed (a checkout under /root, say): in a mount namespace of its own the closed folder is covered by an
 * empty one, and what is needed appears in it at its old path. Nothing changes for anybody else.
 * None when nothing is closed.
 */
export function commandsToOpen(user: OrdinaryUser, needed: NeededPaths, stage: string): string[] {
  const bound = needed.bound.filter((path) => closedFolderAbove(user, path) !== undefined);
  const copied = needed.copied.filter((path) => closedFolderAbove(user, path) !== undefined);
  const all = [...bound, ...copied];
  const covers = [...new Set(all.map((path) => closedFolderAbove(user, path)))].filter(
    (path) => path !== undefined,
  );
  if (covers.length === 0) return [];
  const staged = new Map(all.map((path, index) => [path, quote(join(stage, String(index)))]));
  return [
    `mount -t tmpfs -o mode=0755 tmpfs ${quote(stage)}`,
    ...bound.flatMap((path) => [
      `mkdir ${staged.get(path)}`,
      `mount --rbind ${quote(path)} ${staged.get(path)}`,
    ]),
    ...copied.flatMap((path) => [
      `cp -R ${quote(path)} ${staged.get(path)}`,
      `chmod -R a+rX ${staged.get(path)}`,
    ]),
    ...covers.map((cover) => `mount -t tmpfs -o mode=0755 tmpfs ${quote(cover)}`),
    ...bound.flatMap((path) => [
      `mkdir -p ${quote(path)}`,
      `mount --rbind ${staged.get(path)} ${quote(path)}`,
    ]),
    ...copied.map((path) => `cp -R ${staged.get(path)} ${quote(path)}`),
  ];
}

/** May we make a mount namespace and mount in it? */
export function canMount(): boolean {
  return (
    spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' }).status === 0
  );
}

export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The topmost folder on the way to a path that the user may not enter. */
function closedFolderAbove(user: OrdinaryUser, path: string): string | undefined {
  const parts = path.split('/').slice(1);
  return parts
    .map((_part, index) => join('/', ...parts.slice(0, index)))
    .find((folder) => !mayEnter(user, folder));
}

const entered = new Map<string, boolean>();

function mayEnter(user: OrdinaryUser, folder: string): boolean {
  const known = entered.get(folder);
  if (known !== undefined) return known;
  const [command = '', ...args] = [...asUser(user), 'test', '-x', folder];
  const answer = spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  entered.set(folder, answer);
  return answer;
}
