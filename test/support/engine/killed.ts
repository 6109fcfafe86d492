import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));

type Child = ChildProcessByStdio<null, Readable, Readable>;

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  /** What it had acknowledged by then. */
  readonly said: unknown[];
  readonly complaint: string;
}

function spawnChild(folder: string, job: string, point: string, tenant: string): Child {
  return spawn(process.execPath, ['--import', 'tsx', CHILD, folder, job, point, tenant], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** @param onText called with all that was written so far */
async function untilEnd(child: Child, onText: (said: string) => void = () => undefined): Promise<End> {
  let said = '';
  let complaint = '';
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString();
    onText(said);
  });
  child.stderr.on('data', (text: Buffer) => {
    complaint += text.toString();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  // The last line may have been cut off by the kill.
  const lines = said.split('\n').slice(0, -1);
  return { code, signal, complaint, said: lines.map((line): unknown => JSON.parse(line)) };
}

/**
 * Runs an engine in a process of its own and kills it so many milliseconds after its job has begun, wherever it then
 * is; it may be done before.
 * @returns what it had acknowledged by then
 */
export async function runAndKillAfter(
  folder: string,
  job: string,
  milliseconds: number,
  tenant = '',
): Promise<unknown[]> {
  const child = spawnChild(folder, job, '', tenant);
  let timer: NodeJS.Timeout | null = null;
  const { code, signal, said, complaint } = await untilEnd(child, (text) => {
    if (text.includes('begun')) timer ??= setTimeout(() => child.kill('SIGKILL'), milliseconds);
  });
  if (timer) clearTimeout(timer);
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`it failed (${code}): ${complaint}`);
  return said;
}

/**
 * Runs an engine in a process of its own until it is killed at a point.
 * @returns what it had acknowledged by then
 * @throws Error when it ended in another way
 */
export async function runUntilKilled(
  folder: string,
  job: string,
  point: string,
  tenant = '',
): Promise<unknown[]> {
  const { code, signal, said, complaint } = await untilEnd(spawnChild(folder, job, point, tenant));
  if (signal !== 'SIGKILL')
    throw new Error(`it was not killed at ${point} (${code}): ${JSON.stringify(said)}${complaint}`);
  return said;
}
