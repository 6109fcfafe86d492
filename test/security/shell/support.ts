import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:net';

/** A server that answers any HTTP request and counts whoever comes near, over TCP or UDP. */
export interface RecordingListener {
  /** Under a literal address. */
  readonly url: string;
  /** Under a name. */
  readonly namedUrl: string;
  touched(): number;
  close(): void;
}

export async function listen(): Promise<RecordingListener> {
  let touches = 0;
  const tcp: Server = createServer((socket) => {
    touches += 1;
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\naccess-control-allow-origin: *\r\n\r\n');
  });
  const port = await new Promise<number>((resolve) => {
    tcp.listen(0, '127.0.0.1', () => {
      const address = tcp.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const udp: Socket = createSocket('udp4', () => {
    touches += 1;
  });
  await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${port}/`,
    namedUrl: `http://localhost:${port}/`,
    touched: () => touches,
    close: () => {
      tcp.close();
      udp.close();
    },
  };
}
