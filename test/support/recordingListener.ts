import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Listens and records every connection, to prove that there was none. */
export interface RecordingListener {
  readonly port: number;
  /** How many connections there were. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/**
 * @param handler answers over HTTP; without one, connections are only recorded and closed
 * @param host the address to listen at
 */
export async function recordingListener(
  handler?: RequestListener,
  host = '127.0.0.1',
): Promise<RecordingListener> {
  let connections = 0;
  const server: Server = handler ? createHttpServer(handler) : createServer((socket) => socket.destroy());
  const open = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    connections += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
