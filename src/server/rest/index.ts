import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConsoleError } from '../../contract';
import type { Engine } from '../../engine';
import { type Reading, readBody } from '../body';
import type { BodyBudget } from '../bodyBudget';
import type { HashingBound } from '../hashing';
import {
  credentialOf,
  idempotencyKeyOf,
  isStream,
  sendJson,
  setRateHeaders,
  setRefusedRate,
  setReplayed,
  sourceOf,
} from '../http';
import { answerTagged, versionToMatch } from './etags';
import { sendEvents } from './events';
import { joinInput, readForm, readQuery } from './input';
import { problemOf, sendProblem } from './problem';
import type { Asking } from './route';
import { type Found, findRestRoute, methodsOf } from './routes';

/** Where the procedures of the contract are found. */
export const REST_PREFIX = '/api/v1';

interface RestOptions {
  readonly engine: Pick<Engine, 'call' | 'refresh' | 'recognise'>;
  readonly newRequestId: () => string;
  readonly hashing: HashingBound;
  readonly bodies: BodyBudget;
}

/** Answers one request below {@link REST_PREFIX}. It never throws. */
export type RestHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** Speaks the contract over HTTP: JSON in, JSON, server-sent events or a problem (RFC 9457) out. */
export function createRestHandler({ engine, newRequestId, hashing, bodies }: RestOptions): RestHandler {
  return async (request, response, url) => {
    // A connection that is gone has no address any more.
    const source = sourceOf(request);
    const requestId = newRequestId();
    const gone = new AbortController();
    response.once('close', () => {
      // An abort makes an exception with its stack; a request that was answered needs none.
      if (!response.writableFinished) gone.abort();
    });
    response.setHeader('x-request-id', requestId);
    response.setHeader('cache-control', 'no-store');
    const toProblem = (error: unknown) => problemOf(error, requestId);
    try {
      const found = findOrRefuse(request, response, url);
      const { bytes, input } = await readInput(request, url, found, {
        share: bodies(source),
        isKnown: async () => (await engine.recognise(credentialOf(request))) !== null,
      });
      const asking = askingOf(engine, request, {
        requestId,
        signal: gone.signal,
        bytes,
        source,
        idempotencyKey: found.route.takesKey ? idempotencyKeyOf(request) : null,
        hashing,
      });
      const { tenantId = null } = found.parameters;
      const result = await found.route.answer(asking, tenantId, input);
      const { output } = result;
      setRateHeaders(response, result.rates);
      setReplayed(response, result);
      const tag = found.route.tagOf?.(output) ?? null;
      if (tag !== null && answerTagged(request, response, tag)) return;
      if (!isStream(output)) return sendJson(response, output);
      if (wantsEvents(request)) return await sendEvents(response, output, toProblem);
      sendJson(response, await lastOf(output, found));
    } catch (error) {
      // What is left of a body that was not wanted is not read: the connection ends with the answer.
      if (response.headersSent) return void response.destroy();
      setRefusedRate(response, error);
      if (!request.complete) response.setHeader('connection', 'close');
      sendProblem(response, toProblem(error));
    }
  };
}

function findOrRefuse(request: IncomingMessage, response: ServerResponse, url: URL): Found {
  const path = url.pathname.slice(REST_PREFIX.length);
  const found = findRestRoute(request.method ?? '', path);
  if (found) return found;
  const allowed = methodsOf(path);
  if (allowed.length > 0) response.setHeader('allow', allowed.join(', '));
  throw new ConsoleError('UNKNOWN_PROCEDURE');
}

async function readInput(
  request: IncomingMessage,
  url: URL,
  { route, parameters }: Found,
  reading: Omit<Reading, 'maxBytes'>,
): Promise<{ input: unknown; bytes: number }> {
  const { tenantId: _, ...path } = parameters;
  if (route.method === 'GET') {
    const input = joinInput(path, readQuery(url.searchParams, route.query));
    return { input, bytes: Buffer.byteLength(url.search) };
  }
  const { value, isForm, bytes } = await readBody(request, { ...reading, maxBytes: route.maxBytes });
  if (url.search !== '') throw new ConsoleError('BAD_INPUT', { reason: 'Fields belong in the body.' });
  return { input: joinInput(path, isForm ? readForm(value, route.input) : value), bytes };
}

interface Conditions {
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly bytes: number;
  readonly source: string;
  readonly idempotencyKey: string | null;
  readonly hashing: HashingBound;
}

function askingOf(
  engine: RestOptions['engine'],
  request: IncomingMessage,
  { hashing, ...own }: Conditions,
): Asking {
  const { source } = own;
  const sent = credentialOf(request);
  return {
    credential: sent,
    versionToMatch: () => versionToMatch(request),
    call: (procedure, credential = sent) =>
      engine.call({ ...procedure, ...own, credential, byProgram: true }),
    refresh: (refreshSecret) => engine.refresh(refreshSecret, source),
    hashing: (work) => hashing(source, work),
  };
}

function wantsEvents(request: IncomingMessage): boolean {
  return (request.headers.accept ?? '').toLowerCase().includes('text/event-stream');
}

/** What a stream that ends by itself ended with. One that goes on for ever is for those who take events. */
async function lastOf(stream: AsyncIterable<unknown>, { route }: Found): Promise<unknown> {
  if (!route.hasLast) {
    throw new ConsoleError('BAD_INPUT', { reason: 'This is a stream: accept text/event-stream.' });
  }
  let last: unknown = null;
  for await (const value of stream) last = value;
  return last;
}
