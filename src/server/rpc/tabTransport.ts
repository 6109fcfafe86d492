import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { NodeHttpHandler } from '@orpc/server/node';
import { ConsoleError } from '../../contract';
import type { Engine } from '../../engine';
import { messageSize, toTransportError } from '../../engine/door';
import type { Clock, Log, Page } from '../../engine/ports';
import type { HashingBound } from '../hashing';
import { beginEvents, sendJson, sourceOf } from '../http';
import { isHashing, RPC_PREFIX, requireBody, requireOwnPage } from './admission';
import { handleOf, handlesOf, setHandle, tabOf } from './cookies';
import { createRpcHandler } from './handler';
import { createOpenBound } from './openBound';
import { createTabSessions, type TabKeep, type TabSession } from './sessions';

interface TabTransportOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Log;
  readonly tabs: TabKeep;
  readonly newRequestId: () => string;
  readonly hashing: HashingBound;
}

/** Where a tab keeps a response open, by whose end it learns that the server has gone. */
const LINE_PATH = `${RPC_PREFIX}/line`;
const BEAT_MS = 15_000;
/** Requests at once from one address by those who are not signed in: a page that waits for its people has one or two. */
const STRANGERS_REQUESTS = 64;
/** Lines at once from one address. Each tab has one. */
const LINES = 256;

/** Speaks the contract with the tabs of browsers. */
export interface TabTransport {
  /**
   * Answers one call below {@link RPC_PREFIX}. It never throws.
   * @param authority the name, with its port, under which it came
   */
  answer(request: IncomingMessage, response: ServerResponse, path: string, authority: string): Promise<void>;
  /**
   * Takes the cookies of tabs that nobody is signed in at any more: browsers have room for about a hundred. Those of which
   * that cannot be told stay.
   */
  tidy(request: IncomingMessage, response: ServerResponse, authority: string): Promise<void>;
}

/**
 * A tab is to the engine what a window is: it has its own session, whose credential stays here. The tab names itself in a
 * header and proves itself by a cookie of its own; a stream is a response of server-sent events.
 */
export function createTabTransport(options: TabTransportOptions): TabTransport {
  const { engine, clock, log, tabs, newRequestId, hashing } = options;
  const sessions = createTabSessions({ engine, clock, tabs });
  const handler = new NodeHttpHandler(createRpcHandler(engine));
  const strangers = createOpenBound(
    STRANGERS_REQUESTS,
    `More than ${STRANGERS_REQUESTS} requests of people who are not signed in are open from this address.`,
  );
  const lines = createOpenBound(LINES, `More than ${LINES} tabs are open from this address.`);

  async function call(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    authority: string,
  ): Promise<void> {
    const tab = requireOwnPage(request, authority, tabOf(request));
    const source = sourceOf(request);
    let handle = handleOf(request, tab);
    const session = await sessions.find(handle, authority, source);
    const bytes = requireBody(request, path, session !== null);
    const close = open(session, path, source, tab);
    const context = {
      source,
      page: pageOf(authority, tab),
      open: () => session?.open ?? 0,
      tenant: () => null,
      async credential() {
        const credential = (await session?.keeper.forCall()) ?? null;
        if (handle !== null && credential === null) setHandle(response, tab, null);
        return credential;
      },
      keepCredential(credential: string | null) {
        if (credential === null) {
          sessions.end(handle, authority);
          setHandle(response, tab, null);
          return;
        }
        const next = sessions.keep({ handle, session, authority, source }, credential);
        if (next !== handle) setHandle(response, tab, next);
        handle = next;
        strangers.letGo(source, tab);
      },
    };
    try {
      const work = () =>
        messageSize.run(bytes, () => handler.handle(request, response, { prefix: RPC_PREFIX, context }));
      const { matched } = await (isHashing(path) ? hashing(source, work) : work());
      // The target as it is written may be another than the path that it comes to.
      if (!matched) throw new ConsoleError('UNKNOWN_PROCEDURE');
    } finally {
      close();
    }
  }

  /** Counts a request for whom it is of. Those in which a password is hashed have a bound of their own, and always a way. */
  function open(session: TabSession | null, path: string, source: string, tab: string): () => void {
    if (!session) return isHashing(path) ? () => undefined : strangers.take(source, tab);
    session.open += 1;
    return () => {
      session.open -= 1;
    };
  }

  function holdLine(request: IncomingMessage, response: ServerResponse, authority: string): void {
    const tab = requireOwnPage(request, authority, tabOf(request));
    response.once('close', lines.take(sourceOf(request), tab));
    request.resume();
    beginEvents(response);
    response.write(':\n\n');
    const beat = setInterval(() => response.write(':\n\n'), BEAT_MS);
    response.once('close', () => clearInterval(beat));
  }

  return {
    async answer(request, response, path, authority) {
      const requestId = newRequestId();
      response.setHeader('cache-control', 'no-store');
      response.setHeader('x-request-id', requestId);
      response.setHeader('x-accel-buffering', 'no');
      try {
        if (path === LINE_PATH) holdLine(request, response, authority);
        else await call(request, response, path, authority);
      } catch (problem) {
        if (response.headersSent || response.destroyed) return void response.destroy();
        if (!request.complete && request.httpVersionMajor === 1) response.setHeader('connection', 'close');
        sendError(response, problem);
      }
    },
    async tidy(request, response, authority) {
      // Whoever has gone meanwhile has no address any more.
      const source = sourceOf(request);
      try {
        for (const [tab, handle] of handlesOf(request)) {
          if (!(await sessions.find(handle, authority, source))) setHandle(response, tab, null);
        }
      } catch (problem) {
        log.error('the cookies of a browser could not be tidied', problem);
      }
    },
  };
}

/** A browser makes keys for names only, never for addresses. The origin was compared with what the browser says. */
function pageOf(authority: string, tab: string): Page | null {
  const origin = `https://${authority}`;
  const { hostname: host } = new URL(origin);
  return isIP(host.replace(/^\[|\]$/g, '')) === 0 ? { origin, host, window: tab } : null;
}

/** An error as the protocol writes it. */
function sendError(response: ServerResponse, problem: unknown): void {
  const error = toTransportError(problem);
  sendJson(response, { json: error.toJSON() }, error.status);
}
