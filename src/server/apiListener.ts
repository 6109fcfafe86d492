import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConsoleError, parseUrl } from '../contract';
import type { Engine } from '../engine';
import type { ApiListener, ApiPlace, Clock, Log } from '../engine/ports';
import { createBodyBudget } from './bodyBudget';
import { createDraining } from './draining';
import { createHashingBound } from './hashing';
import { markLocal } from './http';
import { createLocalHandler, type LocalHandler } from './localProcedures';
import { createOpenAiHandler, OPENAI_PREFIX } from './openAi';
import { createRestHandler, REST_PREFIX } from './rest';
import { createDocumentHandler } from './rest/documents';
import { problemOf, sendProblem } from './rest/problem';
import { createTabTransport, type TabKeep } from './rpc';
import { openSecureServer, type SecureServer } from './secureServer';
import { answerAs, boundByHost, createHostContexts, type Reached, whereTo } from './tenantHosts';
import { createWebHandler, type WebHandler } from './web';

/** The name under which the engine is reached over the local socket. */
const LOCAL_AUTHORITY = 'localhost';
const LOCALLY: Reached = { authority: LOCAL_AUTHORITY, tenant: null };
const LOCAL_DOORS = { rest: true, web: false } as const;

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
  readonly log: Log;
  /** Where the page for browsers was built; `null` where there is none. */
  readonly pages: string | null;
  /** Where credentials of browsers' tabs outlive this process. */
  readonly tabs: TabKeep;
}

/** The listener of the web console, of the REST API and of OpenAI's interface, over TLS. */
export function createApiListener({ version, clock, log, pages, tabs: keep }: ApiListenerOptions): {
  readonly port: ApiListener;
  /** Gives it the engine that answers; before that nothing is. */
  serve(engine: Engine): void;
  /** Answers what comes over the local socket: the same, and what concerns whoever sits at the machine. */
  answerLocal(request: IncomingMessage, response: ServerResponse): void;
  /** Takes no new connection and no new request. Resolves when those before are answered, or after this time. */
  drain(patienceMs: number): Promise<void>;
} {
  let handler: Handler | null = null;
  let local: LocalHandler | null = null;
  let web: WebHandler | null = null;
  const draining = createDraining();
  const servers = new Set<SecureServer>();

  function serve(whole: Engine): void {
    const engine = boundByHost(whole);
    const document = createDocumentHandler(version, REST_PREFIX);
    const hashing = createHashingBound();
    const bodies = createBodyBudget();
    const rest = createRestHandler({ engine, newRequestId: randomUUID, hashing, bodies });
    const openAi = createOpenAiHandler({ engine, newRequestId: randomUUID, bodies, now: clock.now });
    local = createLocalHandler({ engine, newRequestId: randomUUID, bodies });
    const tabs = createTabTransport({ engine, clock, log, tabs: keep, newRequestId: randomUUID, hashing });
    web = pages === null ? null : createWebHandler({ pages, tabs });
    handler = async (request, response, url) => {
      if (document(request, response, url.pathname)) return;
      if (url.pathname.startsWith(`${REST_PREFIX}/`)) return rest(request, response, url);
      return openAi(request, response, url);
    };
  }

  function refuse(response: ServerResponse, error: unknown): void {
    sendProblem(response, problemOf(error, randomUUID()));
  }

  /** Nothing that fails while a request is answered ends the engine. */
  function guard(response: ServerResponse, work: () => Promise<void>): void {
    work().catch((problem: unknown) => {
      log.error('a request could not be answered', problem);
      if (response.headersSent || response.destroyed) return void response.destroy();
      refuse(response, problem);
    });
  }

  async function answer(
    where: Reached | null,
    doors: ApiPlace['doors'],
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (!draining.admit(request, response)) return refuse(response, new ConsoleError('HOST_RESTARTING'));
    // Another name leads here by a name server that lies, or by a proxy that nobody meant.
    if (!where) return refuse(response, new ConsoleError('WRONG_HOST'));
    const url = targetOf(request, where.authority);
    if (!url || !handler) return refuse(response, new ConsoleError('UNKNOWN_PROCEDURE'));
    const isForPrograms = [REST_PREFIX, OPENAI_PREFIX].some((prefix) =>
      url.pathname.startsWith(`${prefix}/`),
    );
    if (isForPrograms && doors.rest) return handler(request, response, url);
    if (doors.web && !isForPrograms && (await web?.(request, response, url.pathname, where))) return;
    refuse(response, new ConsoleError('UNKNOWN_PROCEDURE'));
  }

  async function answerOnTheMachine(request: IncomingMessage, response: ServerResponse): Promise<void> {
    markLocal(request);
    if (local && (await local(request, response))) return;
    const isOurs = request.headers.host?.toLowerCase() === LOCAL_AUTHORITY;
    await answer(isOurs ? LOCALLY : null, LOCAL_DOORS, request, response);
  }

  return {
    serve,
    answerLocal: (request, response) => guard(response, () => answerOnTheMachine(request, response)),
    async drain(patienceMs) {
      for (const server of servers) server.stopAccepting();
      await draining.begin(patienceMs);
    },
    port: {
      async open(place) {
        const server = await openSecureServer({
          ...place,
          contextOf: createHostContexts(place.hostOf),
          onRequest: (request, response) =>
            guard(response, async () => {
              const where = whereTo(place, request);
              const work = () => answer(where, place.doors, request, response);
              await (where ? answerAs(where, work) : work());
            }),
        });
        servers.add(server);
        return {
          async close() {
            servers.delete(server);
            await server.close();
          },
        };
      },
    },
  };
}

/** What a request is for (RFC 9112 3.2); `null` when it names another place than the one it came to, as `//other/path` does. */
function targetOf(request: IncomingMessage, authority: string): URL | null {
  const place = `https://${authority}`;
  const url = parseUrl(request.url ?? '/', place);
  return url && url.origin === parseUrl(place)?.origin ? url : null;
}
