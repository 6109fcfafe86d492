import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { ChildHostKind } from '../adapters/custodianLink';
import type { HostCommand, Layout } from './hostCommand';

/** Where `bwrap` is looked for: never along a PATH that somebody else may have set. */
const BWRAP = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/run/current-system/sw/bin/bwrap'];

/** What a program needs of the system to be loaded. `/etc` stays out, but for the loader's cache. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/nix/store'];
const SYSTEM_FILES = ['/etc/ld.so.cache', '/sys/devices/system/cpu'];

/** A program that does nothing, on every Linux. */
const NOTHING = ['/usr/bin/true', '/bin/true'];

const PROBE_MS = 5_000;

/** How hosts are shut in on this machine. */
export interface Confinement {
  /** Whether they have no network, no D-Bus, no home and no data folder. */
  readonly confined: boolean;
  /** Why not, in words; `null` when they are. */
  readonly missing: string | null;
  /** @param folder the only folder that the host may write to: its socket's */
  wrap(kind: ChildHostKind, command: HostCommand, folder: string): HostCommand;
}

/**
 * Looks whether `bwrap` is there and may do here what it is for. Where it does, a host that cannot be started in
 * it is an error: nothing falls back to running it in the open.
 */
export async function findConfinement(layout: Layout): Promise<Confinement> {
  const bwrap = BWRAP.find((file) => existsSync(file));
  if (process.platform !== 'linux' || !bwrap) return open('bubblewrap is not installed');
  const probe = wrapWith(bwrap, layout, 'model', {
    file: NOTHING.find((file) => existsSync(file)) ?? 'true',
    args: [],
    env: {},
  });
  try {
    await promisify(execFile)(probe.file, [...probe.args], { env: probe.env, timeout: PROBE_MS });
  } catch (error) {
    return open(`bubblewrap does not work here: ${lastLine(error)}`);
  }
  return {
    confined: true,
    missing: null,
    wrap: (kind, command, folder) => wrapWith(bwrap, layout, kind, command, folder),
  };
}

function open(missing: string): Confinement {
  return { confined: false, missing, wrap: (_kind, command) => command };
}

/**
 * The secret is in the environment, which only this user can read, not in an argument, which everybody can.
 */
function wrapWith(
  bwrap: string,
  layout: Layout,
  kind: ChildHostKind,
  command: HostCommand,
  folder?: string,
): HostCommand {
  const readable = [dirname(layout.node), ...layout.application, ...(kind === 'parser' ? [] : layout.models)];
  const args = [
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    // Before the folders, for any of them may lie in it.
    '--tmpfs',
    '/tmp',
    ...SYSTEM.flatMap(systemFolder),
    ...[...SYSTEM_FILES, ...readable]
      .filter((path) => existsSync(path))
      .flatMap((path) => ['--ro-bind', path, path]),
    ...(folder ? ['--bind', folder, folder] : []),
    '--chdir',
    '/',
    '--',
    command.file,
    ...command.args,
  ];
  return { file: bwrap, args, env: command.env };
}

/** Today's distributions have `/lib` as a link into `/usr`; older ones have a folder. */
function systemFolder(path: string): string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}

function lastLine(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return stderr.trim().split('\n').at(-1) ?? '';
}
