import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const GRACE_MS = 2000;
const POLL_MS = 20;

/** Ends a program and waits until it is gone; forcibly when it does not go by itself. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await gone;
  clearTimeout(timer);
}

/** Kills every process that was started on a desktop, however far down: each carries its mark. */
export async function killMarked(mark: string): Promise<void> {
  while (signalMarked(mark) > 0) await delay(POLL_MS);
}

/** Sends the signal that cannot be refused to every process of a desktop; answers how many there were. */
export function signalMarked(mark: string): number {
  const found = marked(mark);
  for (const pid of found) killIfThere(pid);
  return found.length;
}

/** Waits until something is so; fails with its name when it does not become so. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await delay(POLL_MS);
  }
}

function marked(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && environmentOf(pid).includes(mark) && !isZombie(pid));
}

/** A process may go while we look, and another user's is not ours to read: both have no environment for us. */
function environmentOf(pid: number): string {
  return readIfAllowed(`/proc/${pid}/environ`);
}

function isZombie(pid: number): boolean {
  return /^State:\s+Z/m.test(readIfAllowed(`/proc/${pid}/status`));
}

function readIfAllowed(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
