import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, createSecureServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { OpenListener } from '../engine/ports';
import { refuseUnread } from './unread';

const HEADER_BYTES = 16 * 1024;
const MOST_HEADERS = 60;
const CONNECTIONS = 512;
/** From one address, so that no one takes all. A proxy in front is one address for all who come by it. */
const CONNECTIONS_FROM_ONE = 256;
const HEADERS_MS = 10_000;
/** A document of 25 MB over a slow line. */
const REQUEST_MS = 120_000;
const IDLE_MS = 15_000;
/** How often connections are held against these times. */
const CHECK_MS = 2_500;
/** How long a connection of HTTP/2 is kept on which nothing travels; streams that are open say something every 5 s. */
const SESSION_IDLE_MS = 60_000;
/** All tabs of a browser share one connection, each with about six streams that stay open. */
const STREAMS = 250;
const WINDOW_BYTES = 1024 * 1024;

interface SecureServerOptions {
  readonly address: string;
  readonly port: number;
  /** Certificate chain and private key, both in PEM, for who names none of the other names. */
  readonly certificate: string;
  readonly key: string;
  /** What another name that a client asks for (RFC 6066 3) shows; `null` for the one above. */
  readonly contextOf: (name: string) => SecureContext | null;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
}

/** A listener that was opened. */
export interface SecureServer extends OpenListener {
  /** Takes no new connection; those that there are stay. */
  stopAccepting(): void;
}

/**
 * Listens with TLS for HTTP/1.1 and HTTP/2, bounded in size, time and connections. Browsers take HTTP/2, where any
 * number of tabs with their streams share a connection; of HTTP/1.1 they open six at most.
 * @throws Error with the platform's `code` when it cannot listen there, or the certificate cannot be used
 */
export async function openSecureServer(options: SecureServerOptions): Promise<SecureServer> {
  const { certificate, key, contextOf, onRequest } = options;
  const server = createServer(
    {
      cert: certificate,
      key,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['h2', 'http/1.1'],
      SNICallback: (name, done) => {
        try {
          done(null, contextOf(name.toLowerCase()) ?? undefined);
        } catch (cause) {
          // A key that cannot be opened ends this handshake, not the engine.
          done(cause instanceof Error ? cause : new Error('the certificate cannot be used'));
        }
      },
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      handshakeTimeout: HEADERS_MS,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    (request, response) => {
      if (request.rawHeaders.length <= 2 * MOST_HEADERS) return onRequest(request, response);
      refuseUnread(request.socket, 'HPE_HEADER_OVERFLOW');
    },
  );
  server.maxConnections = CONNECTIONS;
  // One more is let in, so that a flood is told from what may come: Node leaves out the rest without a word.
  server.maxHeadersCount = MOST_HEADERS + 1;
  const speakHttp1 = server.listeners('secureConnection') as ((socket: TLSSocket) => void)[];
  const speakHttp2 = openHttp2(options);
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket) => {
    if (socket.alpnProtocol === 'h2') return speakHttp2(socket);
    for (const speak of speakHttp1) speak.call(server, socket);
  });
  // What is no TLS gets no answer at all.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseUnread(socket, error.code));
  server.on('upgrade', (_request, socket) => socket.destroy());
  server.on('connect', (_request, socket) => socket.destroy());
  const sockets = track(server);
  await listen(server, options);
  return {
    stopAccepting: () => void server.close(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Node gives the server of HTTP/2 none of the bounds that the one of HTTP/1.1 has. */
function openHttp2({ onRequest }: SecureServerOptions): (socket: TLSSocket) => void {
  const server = createHttp2Server({
    maxHeaderListPairs: MOST_HEADERS,
    settings: {
      enablePush: false,
      maxConcurrentStreams: STREAMS,
      maxHeaderListSize: HEADER_BYTES,
      initialWindowSize: WINDOW_BYTES,
    },
  });
  server.on('session', (session: ServerHttp2Session) => {
    session.setLocalWindowSize(4 * WINDOW_BYTES);
    session.setTimeout(SESSION_IDLE_MS, () => session.destroy());
    session.on('error', () => session.destroy());
  });
  server.on('sessionError', () => undefined);
  server.on('request', (request, response) => {
    const { stream } = request;
    const overdue = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), REQUEST_MS);
    request.once('end', () => clearTimeout(overdue));
    stream.once('close', () => clearTimeout(overdue));
    stream.on('error', () => undefined);
    // Who was answered before all of the body came need not send the rest (RFC 9113 8.1).
    response.once('finish', () => {
      if (!request.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
    });
    request.headers.host ??= request.authority;
    // What handlers ask of a response of HTTP/1.1 and this one lacks.
    Object.defineProperty(response, 'destroyed', { get: () => stream.destroyed });
    onRequest(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  return (socket) => {
    server.emit('secureConnection', socket);
  };
}

/** Its connections, of which one address has only so many. Node's own `closeAllConnections` leaves one open that has not spoken HTTP yet. */
function track(server: ReturnType<typeof createServer>): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const addresses = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const { remoteAddress: address } = socket;
    // One without an address has ended already.
    if (address === undefined) return void socket.destroy();
    const own = addresses.get(address) ?? 0;
    if (own >= CONNECTIONS_FROM_ONE) return void socket.destroy();
    sockets.add(socket);
    addresses.set(address, own + 1);
    socket.once('close', () => {
      sockets.delete(socket);
      const left = (addresses.get(address) ?? 1) - 1;
      if (left === 0) addresses.delete(address);
      else addresses.set(address, left);
    });
  });
  return sockets;
}

function listen(
  server: ReturnType<typeof createServer>,
  { port, address }: SecureServerOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: address, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
