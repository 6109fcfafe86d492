import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
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

/** What the audit knows of where a request came from. */
export function sourceOf(request: IncomingMessage): string {
  if (localConnections.has(request.socket)) return 'command-line';
  return `address:${request.socket.remoteAddress ?? 'unknown'}`;
}

const SPAN_SECONDS = { minute: 60, hour: 3_600, day: 86_400 } as const;

/** What is left of the plan's requests, as draft-ietf-httpapi-ratelimit-headers-10 writes it. */
export function setRateHeaders(response: ServerResponse, rates: CallResult['rates']): void {
  if (!rates || rates.length === 0 || response.headersSent) return;
  const policies = rates.map(({ span, limit }) => `"${span}";q=${limit};w=${SPAN_SECONDS[span]}`);
  const left = rates.map(
    ({ span, remaining, resetMs }) => `"${span}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`,
  );
  response.setHeader('ratelimit-policy', policies.join(', '));
  response.setHeader('ratelimit', left.join(', '));
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
