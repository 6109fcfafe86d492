import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { ConsoleError, parseUrl } from '../contract';
import type { Engine } from '../engine';
import type { ApiListener, Clock, ListenerPlace } from '../engine/ports';
import { markLocal, sendJson } from './http';
import { createLocalHandler, type LocalHandler } from './localProcedures';
import { createOpenAiHandler, OPENAI_PREFIX } from './openAi';
import { createRestHandler, REST_PREFIX } from './rest';
import { openApiDocument } from './rest/openApi';
import { problemOf, sendProblem } from './rest/problem';

const HEADER_BYTES = 16 * 1024;
const MOST_HEADERS = 60;
const CONNECTIONS = 512;
const HEADERS_MS = 10_000;
/** A document of 25 MB over a slow line. */
const REQUEST_MS = 120_000;
const IDLE_MS = 15_000;
/** How often connections are held against these times. */
const CHECK_MS = 2_500;

/** The name under which the engine is reached over the local socket. */
const LOCAL_AUTHORITY = 'localhost';

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

interface ApiListenerOptions {
  readonly version: string;
  readonly clock: Clock;
}

/** The listener of the REST API and of OpenAI's interface: TLS, bounded in size, time and connections. */
export function createApiListener({ version, clock }: ApiListenerOptions): {
  readonly port: ApiListener;
  /** Gives it the engine that answers; before that nothing is. */
  serve(engine: Engine): void;
  /** Answers what comes over the local socket: the same, and what concerns whoever sits at the machine. */
  answerLocal(request: IncomingMessage, response: ServerResponse): void;
} {
  let handler: Handler | null = null;
  let local: LocalHandler | null = null;

  function serve(engine: Engine): void {
    const document = openApiDocument(version);
    const rest = createRestHandler({ engine, newRequestId: randomUUID });
    const openAi = createOpenAiHandler({ engine, newRequestId: randomUUID, now: clock.now });
    local = createLocalHandler({ engine, newRequestId: randomUUID });
    handler = async (request, response, url) => {
      if (url.pathname === `${REST_PREFIX}/openapi.json` && request.method === 'GET') {
        return sendJson(response, document);
      }
      if (url.pathname.startsWith(`${REST_PREFIX}/`)) return rest(request, response, url);
      if (url.pathname.startsWith(`${OPENAI_PREFIX}/`)) return openAi(request, response, url);
      refuse(response, new ConsoleError('UNKNOWN_PROCEDURE'));
    };
  }

  function refuse(response: ServerResponse, error: ConsoleError): void {
    sendProblem(response, problemOf(error, randomUUID()));
  }

  async function answer(
    authority: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    // Another name leads here by a name server that lies, or by a proxy that nobody meant.
    if (request.headers.host?.toLowerCase() !== authority) {
      const reason = 'This is not the name under which the console is reached.';
      return refuse(response, new ConsoleError('BAD_INPUT', { reason }));
    }
    const url = parseUrl(request.url ?? '/', `https://${authority}`);
    if (!url || !handler) return refuse(response, new ConsoleError('UNKNOWN_PROCEDURE'));
    await handler(request, response, url);
  }

  async function answerOnTheMachine(request: IncomingMessage, response: ServerResponse): Promise<void> {
    markLocal(request);
    if (local && (await local(request, response))) return;
    await answer(LOCAL_AUTHORITY, request, response);
  }

  return {
    serve,
    answerLocal: (request, response) => void answerOnTheMachine(request, response),
    port: {
      async open(place) {
        const server = createServer(optionsOf(place), (request, response) => {
          void answer(place.authority, request, response);
        });
        bound(server);
        const sockets = track(server);
        await listen(server, place);
        return {
          close: () =>
            new Promise((resolve) => {
              server.close(() => resolve());
              for (const socket of sockets) socket.destroy();
            }),
        };
      },
    },
  };
}

function optionsOf({ certificate, key }: ListenerPlace) {
  return {
    cert: certificate,
    key,
    minVersion: 'TLSv1.2',
    maxHeaderSize: HEADER_BYTES,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    handshakeTimeout: HEADERS_MS,
    keepAliveTimeout: IDLE_MS,
    connectionsCheckingInterval: CHECK_MS,
  } as const;
}

/** What is no TLS, no HTTP or more than that gets no answer at all. */
function bound(server: Server): void {
  server.maxConnections = CONNECTIONS;
  server.maxHeadersCount = MOST_HEADERS;
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('upgrade', (_request, socket) => socket.destroy());
  server.on('connect', (_request, socket) => socket.destroy());
}

/** Its connections. Node's own `closeAllConnections` leaves one open that has not spoken HTTP yet. */
function track(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
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
