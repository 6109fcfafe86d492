import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A place for one host to listen at. */
export interface HostSocket {
  readonly path: string;
  /** The folder that holds it and nothing else; on Windows there is none. */
  readonly folder: string | null;
  remove(): void;
}

export interface HostSockets {
  next(): HostSocket;
  /** Removes all of them. */
  clear(): void;
}

/** Names sockets, each in a folder of its own, so that no host sees another's; on Windows named pipes. */
export function createHostSockets(): HostSockets {
  if (process.platform === 'win32') {
    const next = () => `\\\\.\\pipe\\riscura-${randomBytes(16).toString('hex')}`;
    return { next: () => ({ path: next(), folder: null, remove: () => undefined }), clear: () => undefined };
  }
  const base = mkdtempSync(join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), 'riscura-'));
  return {
    next: () => {
      const folder = join(base, randomBytes(6).toString('hex'));
      mkdirSync(folder, { mode: 0o700 });
      return {
        path: join(folder, 'host'),
        folder,
        remove: () => rmSync(folder, { recursive: true, force: true }),
      };
    },
    clear: () => rmSync(base, { recursive: true, force: true }),
  };
}
