import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { HostCommand } from './hostCommand';
import type { HostSocket } from './hostSockets';

/** How long a host may take until it listens, and until it has ended when it was asked to. */
const LISTEN_MS = 20_000;
const LOOK_EVERY_MS = 10;
const END_MS = 3_000;
const STDERR_KEPT = 2_000;

/** A process for strangers' files: the model host or a parser host. */
export interface ChildHost {
  readonly pid: number | undefined;
  /** Resolves when it is gone. */
  readonly exited: Promise<void>;
  /** Resolves when it listens. @throws Error when it ended or took too long; what it said is in the message */
  listening(): Promise<void>;
  /** Waits for it to end by itself, which it does once its connection is closed; kills it when it does not. */
  release(): Promise<void>;
  kill(): Promise<void>;
}

/** Starts a host. Nothing it prints is kept once it listens: it could be a document's words. */
export function startChildHost(command: HostCommand, socket: HostSocket): ChildHost {
  const child = spawn(command.file, [...command.args], {
    env: command.env,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
  });
  const said = collectStderr(child);
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    const end = (): void => {
      ended = true;
      socket.remove();
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });

  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  return {
    pid: child.pid,
    exited,
    listening: async () => {
      const end = Date.now() + LISTEN_MS;
      while (socket.folder !== null && !existsSync(socket.path)) {
        if (ended) throw new Error(`the host ended before it listened: ${said.text()}`);
        if (Date.now() > end) throw new Error(`the host did not listen in time: ${said.text()}`);
        await wait(LOOK_EVERY_MS);
      }
      said.forget();
    },
    release: async () => {
      await Promise.race([exited, wait(END_MS, undefined, { ref: false })]);
      await kill();
    },
    kill,
  };
}

/** Keeps the end of what a process writes to its standard error, until told to forget it. */
function collectStderr(child: ChildProcess): { text(): string; forget(): void } {
  let text = '';
  let keep = true;
  child.stderr?.on('data', (bytes: Buffer) => {
    if (keep) text = (text + bytes.toString('utf8')).slice(-STDERR_KEPT);
  });
  return {
    text: () => text.trim(),
    forget: () => {
      keep = false;
      text = '';
    },
  };
}
