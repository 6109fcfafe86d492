import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import type {
  ListenerAnswer,
  ListenerPlace,
  ListenerService,
  OpenListener,
  SsoListener,
} from '../../engine/ports';
import { makeCertificate } from './certificate';

const HEADER_BYTES = 16 * 1024;
/** A SAML response with many groups is the largest that comes. */
const BODY_BYTES = 512 * 1024;
const CONNECTIONS = 64;
const HEADERS_MS = 10_000;
const REQUEST_MS = 15_000;
const SILENCE_MS = 20_000;
const MOST_HEADERS = 60;
/** What a form post and a logout token come as. */
const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/** On every answer: a page of ours runs nothing, loads nothing and tells nobody where it came from. */
const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The listener of sign-on over Node's TLS server: bounded in size, time and connections, and silent about all else. */
export function createSsoListener(): SsoListener {
  return { open, makeCertificate };
}

async function open(place: ListenerPlace, service: ListenerService): Promise<OpenListener> {
  const server = createSecureServer(
    {
      cert: place.certificate,
      key: place.key,
      minVersion: 'TLSv1.2',
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      handshakeTimeout: HEADERS_MS,
      keepAlive: false,
    },
    (request, response) => void serve(place, service, request, response),
  );
  server.maxConnections = CONNECTIONS;
  server.maxHeadersCount = MOST_HEADERS;
  server.maxRequestsPerSocket = 1;
  server.setTimeout(SILENCE_MS, (socket) => socket.destroy());
  // What is no TLS, or no HTTP, gets no answer at all.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('upgrade', (_request, socket) => socket.destroy());
  server.on('connect', (_request, socket) => socket.destroy());
  server.on('checkContinue', (request, response) => void serve(place, service, request, response));
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await listen(server, place);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Node's own list has only those that have begun to speak HTTP.
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: Server, { port, address }: ListenerPlace): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: address, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serve(
  { authority }: ListenerPlace,
  service: ListenerService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await answerTo(authority, service, request).catch(() => null);
  if (response.destroyed) return;
  response.writeHead(answer?.status ?? 404, {
    ...HEADERS,
    connection: 'close',
    'content-length': answer ? Buffer.byteLength(answer.body) : 0,
    ...(answer ? { 'content-type': `${answer.type}; charset=utf-8` } : {}),
  });
  response.end(answer?.body);
}

async function answerTo(
  authority: string,
  service: ListenerService,
  request: IncomingMessage,
): Promise<ListenerAnswer | null> {
  const { method = '', url = '', headers } = request;
  // Another name leads here by a name server that lies, or by a proxy that nobody meant.
  if (headers.host?.toLowerCase() !== authority) return null;
  const [path = '', query = ''] = splitOnce(url);
  if ((method !== 'GET' && method !== 'POST') || !service.admits(method, path)) return null;
  if (method === 'GET') return service.answer({ method, path, query, body: '' });
  if (!FORM.test(headers['content-type'] ?? '')) return null;
  const body = await readBody(request);
  return body === null ? null : service.answer({ method, path, query, body });
}

function splitOnce(url: string): [string, string] {
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}

/** `null` when it is larger than it ever is. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES) return null;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > BODY_BYTES) return null;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}
