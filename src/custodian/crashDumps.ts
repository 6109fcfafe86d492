import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Log } from '../engine/ports';

/**
 * Keeps the memory of the console's processes, and with it keys and conversations, out of dumps.
 *
 * - Chromium's crash reporter is never started and is switched off on the command line.
 * - On Linux the kernel is told to leave all memory out of a core file (`coredump_filter`), for this process,
 *   for those Chromium started before us, and so for all that either starts later. Where `prlimit` is at hand
 *   the size of a core file is set to nothing as well.
 * - On macOS and Windows core and user dumps are off unless an administrator turned them on for the machine;
 *   a program cannot forbid them from within Node. The README says so.
 */
export function forbidDumps(log: Log): void {
  if (process.platform !== 'linux') return;
  for (const pid of [process.pid, ...childrenOf(process.pid)]) {
    const filtered = filterMemory(pid);
    const limited =
      spawnSync('prlimit', ['--core=0:0', '--pid', String(pid)], { stdio: 'ignore' }).status === 0;
    if (!filtered && !limited) log.warn('core dumps of a process could not be turned off', { pid });
  }
}

/** @returns whether a core file of that process would be without memory */
function filterMemory(pid: number): boolean {
  const file = `/proc/${pid}/coredump_filter`;
  try {
    writeFileSync(file, '0');
    return Number.parseInt(readFileSync(file, 'utf8'), 16) === 0;
  } catch {
    // A process of Chromium's sandbox that is not dumpable at all, or is gone: nobody can write this.
    return false;
  }
}

function childrenOf(pid: number): number[] {
  if (!existsSync(`/proc/${pid}/task`)) return [];
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readChildren(`/proc/${pid}/task/${thread}/children`).flatMap((child) => [child, ...childrenOf(child)]),
  );
}

function readChildren(file: string): number[] {
  try {
    return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    // The thread ended meanwhile, or this kernel does not list children; what we start ourselves inherits from us.
    return [];
  }
}
