import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../../support/desktop';
import type { Stage } from './stage';

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** A process of the console that the tests look for, by what its command line says. */
const ROLES = {
  engine: /--utility-sub-type=node\.mojom\.NodeService/,
  model: /^(?!\S*bwrap).*modelHost\.js(?!.*--role embed)/,
  renderer: /--type=renderer/,
} as const;

export type HostRole = keyof typeof ROLES;

/** All processes of a console, however far down. */
export function processesOf(stage: Stage): Process[] {
  const root = stage.app.process().pid;
  return root === undefined
    ? []
    : [root, ...descendants(root)].map((pid) => ({ pid, command: commandOf(pid) }));
}

/** The process of the console that does this; fails when there is none. */
export function findHost(stage: Stage, role: HostRole): number {
  const found = processesOf(stage).find(({ command }) => ROLES[role].test(command));
  if (!found) throw new Error(`the console has no process for: ${role}`);
  return found.pid;
}

/** Waits until another process than this one does the work. */
export async function waitForNewHost(stage: Stage, role: HostRole, before: number): Promise<number> {
  let now = before;
  await until(`a new process for: ${role}`, () => {
    now =
      processesOf(stage).find(({ command, pid }) => pid !== before && ROLES[role].test(command))?.pid ??
      before;
    return now !== before;
  });
  return now;
}

/** What the kernel says of a process: the line of `/proc/PID/status` with this name. */
export function statusOf(pid: number, name: string): string {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? '';
}

function descendants(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}

/** A process may end while we look at it. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
