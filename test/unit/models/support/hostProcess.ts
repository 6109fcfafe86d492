import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type HostKind,
  type HostLease,
  SECRET_VARIABLE,
  type SessionEnd,
  SOCKET_VARIABLE,
} from '../../../../src/adapters/hostLink';

const ROOT = resolve(import.meta.dirname, '../../../..');
const ENTRIES: Readonly<Record<HostKind, readonly string[]>> = {
  model: ['src/hosts/modelHost.ts'],
  embedding: ['src/hosts/modelHost.ts', '--role', 'embed'],
  parser: ['src/hosts/parserHost.ts'],
};

/** A host in a real process of its own, as the supervisor would start it, without bubblewrap. */
export interface StartedHost {
  readonly kind: HostKind;
  readonly child: ChildProcess;
  readonly lease: HostLease;
  readonly exited: Promise<void>;
  released: SessionEnd | null;
}

/** Starts hosts for tests and ends them all afterwards. */
export class HostProcesses {
  readonly started: StartedHost[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'hosts-'));

  /** Has the shape that the links expect of the supervisor. */
  readonly spawn = async (kind: HostKind): Promise<HostLease> => {
    const socketPath = join(this.#folder, `${this.started.length}.sock`);
    const secret = randomBytes(32).toString('hex');
    const child = spawn(process.execPath, ['--import', 'tsx', ...ENTRIES[kind]], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, [SOCKET_VARIABLE]: socketPath, [SECRET_VARIABLE]: secret },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const exited = new Promise<void>((done) => child.once('exit', () => done()));
    const host: StartedHost = {
      kind,
      child,
      exited,
      released: null,
      lease: {
        socketPath,
        secret,
        release: async (end) => {
          host.released = end;
          child.kill('SIGKILL');
          await exited;
        },
      },
    };
    this.started.push(host);
    return host.lease;
  };

  last(): StartedHost {
    const host = this.started.at(-1);
    if (!host) throw new Error('no host was started');
    return host;
  }

  async stop(): Promise<void> {
    for (const host of this.started) {
      host.child.kill('SIGKILL');
      await host.exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
