import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));

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
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, folder, job, point, tenant], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaint = '';
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    complaint += text.toString();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`it was not killed at ${point} (${code}): ${said}${complaint}`);
  return said
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
}
