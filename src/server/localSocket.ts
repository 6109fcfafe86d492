import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenListener } from '../engine/ports';
import { LOCAL_POINTER } from './localAddress';

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the last of them a zero. */
const LONGEST_PATH = 103;
const CONNECTIONS = 64;
const HEADER_BYTES = 16 * 1024;
const MOST_HEADERS = 60;
const HEADERS_MS = 10_000;
const REQUEST_MS = 120_000;
const IDLE_MS = 15_000;

/** Where it listens, and what is to be removed with it. */
interface Place {
  readonly path: string;
  /** A folder of its own outside the data folder; `null` in there and on Windows. */
  readonly folder: string | null;
}

/**
 * Listens for the command line at a Unix domain socket (on Windows a named pipe) that only the user of the data folder
 * reaches: it lies in that folder, which nobody else enters, or in a private one where that path is too long or the
 * file system knows no sockets. The file `engine.address` in the data folder says where.
 * @param dataFolder held by the lock of this process, so that whatever lies there is left over from one that ended
 * @param onRequest answers as over TLS: whoever comes here has proved nothing
 * @throws Error with the platform's `code` when it can listen nowhere
 */
export async function openLocalSocket(
  dataFolder: string,
  onRequest: RequestListener,
): Promise<OpenListener & { readonly path: string }> {
  const server = createServer({ maxHeaderSize: HEADER_BYTES }, onRequest);
  bound(server);
  const sockets = track(server);
  const pointer = join(dataFolder, LOCAL_POINTER);
  rmSync(pointer, { force: true });
  const { path, folder } = await listenSomewhere(server, dataFolder);
  point(pointer, path);
  return {
    path,
    close: async () => {
      rmSync(pointer, { force: true });
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listenSomewhere(server: Server, dataFolder: string): Promise<Place> {
  if (process.platform === 'win32') {
    const path = `\\\\.\\pipe\\riscura-${randomBytes(16).toString('hex')}`;
    await listen(server, path);
    return { path, folder: null };
  }
  const inside = join(dataFolder, 'engine.sock');
  if (Buffer.byteLength(inside) <= LONGEST_PATH) {
    rmSync(inside, { force: true });
    try {
      await listen(server, inside);
      return { path: inside, folder: null };
    } catch (problem) {
      if (!isWithoutSockets(problem)) throw problem;
    }
  }
  const base = process.env.RUNTIME_DIRECTORY ?? process.env.XDG_RUNTIME_DIR ?? tmpdir();
  const folder = mkdtempSync(join(base, 'riscura-'));
  const path = join(folder, 'engine.sock');
  await listen(server, path);
  return { path, folder };
}

/** File systems that hold no sockets: shared folders of virtual machines, some network volumes. */
function isWithoutSockets(problem: unknown): boolean {
  const { code } = problem as NodeJS.ErrnoException;
  return code === 'EPERM' || code === 'ENOTSUP' || code === 'EOPNOTSUPP' || code === 'EINVAL';
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path }, () => {
      server.off('error', reject);
      if (process.platform !== 'win32') chmodSync(path, 0o600);
      resolve();
    });
  });
}

/** Nobody sees half of a path. */
function point(pointer: string, path: string): void {
  writeFileSync(`${pointer}.new`, `${path}\n`, { mode: 0o600 });
  renameSync(`${pointer}.new`, pointer);
}

function bound(server: Server): void {
  server.maxConnections = CONNECTIONS;
  server.maxHeadersCount = MOST_HEADERS;
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = IDLE_MS;
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('upgrade', (_request, socket) => socket.destroy());
  server.on('connect', (_request, socket) => socket.destroy());
}

function track(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}
