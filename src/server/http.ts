import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  ConsoleError,
  type ErrorDetail,
  isConsoleError,
  type LimitSpan,
  type LimitSubject,
} from '../contract';
import type { CallResult } from '../engine/door';

/** RFC 6750 2.1: the header is the only place where a credential is taken from. */
export function credentialOf(request: IncomingMessage): string | null {
  const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '') ?? [];
  return token ?? null;
}

const localConnections = new WeakSet<Socket>();

/** Remembers that a connection came over the local socket, which has no address. */
export function markLocal(request: IncomingMessage): void {
  localConnections.add(request.socket);
}

/**
 * The idempotency key of a request (draft-ietf-httpapi-idempotency-key-header-07, a string of RFC 8941), also without the
 * quotation marks that the draft wants and few clients send.
 * @throws ConsoleError BAD_INPUT for what is no such string
 */
export function idempotencyKeyOf(request: IncomingMessage): string | null {
  const sent = request.headers['idempotency-key'];
  if (sent === undefined) return null;
  const text = Array.isArray(sent) ? sent.join(', ') : sent;
  const [, quoted, bare] = /^(?:"([ !#-[\]-~]{1,255})"|([!#-+\--~]{1,255}))$/.exec(text.trim()) ?? [];
  const key = quoted ?? bare;
  if (key !== undefined) return key;
  const problem = 'must be a string of 1 to 255 printable characters';
  throw new ConsoleError('BAD_INPUT', { fields: [{ path: 'Idempotency-Key', problem }] });
}

/** What the audit knows of where a request came from. */
export function sourceOf(request: IncomingMessage): string {
  if (localConnections.has(request.socket)) return 'command-line';
  return `address:${request.socket.remoteAddress ?? 'unknown'}`;
}

const SPAN_SECONDS = { minute: 60, hour: 3_600, day: 86_400 } as const;

type Span = Exclude<LimitSpan, 'at-once'>;

/** As draft-ietf-httpapi-ratelimit-headers-10 3 writes a policy; its name says whose it is and over which span. */
function policyOf(of: LimitSubject, span: Span, most: number): string {
  return `"${of}-${span}";q=${most};w=${SPAN_SECONDS[span]}`;
}

/** The limits that a request was counted against, and how much is left of the tightest of them. */
export function setRateHeaders(response: ServerResponse, rates: CallResult['rates']): void {
  const [first, ...others] = rates ?? [];
  if (!first || response.headersSent) return;
  const tightest = others.reduce((least, rate) => (rate.remaining < least.remaining ? rate : least), first);
  const policies = [first, ...others].map(({ of, span, limit }) => policyOf(of, span, limit));
  response.setHeader('ratelimit-policy', policies.join(', '));
  const { of, span, remaining, resetMs } = tightest;
  response.setHeader('ratelimit', `"${of}-${span}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`);
}

/** The limit that a request was refused for, in the same headers. */
export function setRefusedRate(response: ServerResponse, problem: unknown): void {
  const { limit, retryAfterMs = 0 }: Partial<ErrorDetail> = isConsoleError(problem) ? problem.detail : {};
  if (!limit || limit.per === 'at-once' || response.headersSent) return;
  response.setHeader('ratelimit-policy', policyOf(limit.of, limit.per, limit.most));
  response.setHeader('ratelimit', `"${limit.of}-${limit.per}";r=0;t=${Math.ceil(retryAfterMs / 1000)}`);
}

/** Says that an answer was given before, where it was. */
export function setReplayed(response: ServerResponse, { replayed }: CallResult): void {
  if (replayed) response.setHeader('idempotency-replayed', 'true');
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Writes a piece of a stream, and waits while the client does not take it. */
export async function writePiece(response: ServerResponse, piece: string): Promise<void> {
  if (response.write(piece) || response.destroyed) return;
  await new Promise<void>((resolve) => {
    const go = () => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.once('drain', go);
    response.once('close', go);
  });
}

/** Begins a stream of server-sent events (HTML Living Standard 9.2). */
export function beginEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  response.flushHeaders();
}

/** Whether an output is a stream of values. */
export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
