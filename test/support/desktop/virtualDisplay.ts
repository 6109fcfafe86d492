import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { end } from './processes';
import type { Programs } from './programs';

const SCREEN = '1600x1200x24';
const SOCKETS = '/tmp/.X11-unix';

export interface VirtualDisplay {
  /** For the variable DISPLAY. */
  readonly name: string;
  stop(): Promise<void>;
}

/** Starts an X server without a screen on the next free display. */
export async function startVirtualDisplay(programs: Programs): Promise<VirtualDisplay> {
  makeSocketFolder();
  const command = ['Xvfb', '-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'];
  const server = programs.spawn(command, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  let complaints = '';
  server.stderr?.on('data', (chunk) => {
    complaints += chunk;
  });
  const number = await Promise.race([firstLine(server.stdio[3] as Readable), once(server, 'exit')]);
  if (typeof number !== 'string') throw new Error(`Xvfb did not start: ${complaints}`);
  return { name: `:${number}`, stop: () => end(server) };
}

/** An X server that is not root cannot make this folder so that others can use it too. */
function makeSocketFolder(): void {
  if (process.getuid?.() !== 0 || existsSync(SOCKETS)) return;
  mkdirSync(SOCKETS);
  chmodSync(SOCKETS, 0o1777);
}

async function firstLine(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += chunk;
    if (text.includes('\n')) return text.trim();
  }
  return new Promise<never>(() => {});
}
