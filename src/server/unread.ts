import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { ConsoleError, type ErrorCode } from '../contract';
import { type Problem, problemOf } from './rest/problem';

interface Refusal {
  /** Of HTTP, where that has a status of its own for it. */
  readonly status: number;
  readonly words: string;
  readonly code: ErrorCode;
  readonly reason: string;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    words: 'Request Header Fields Too Large',
    code: 'TOO_LARGE',
    reason: 'The headers are too many or too long.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    words: 'Request Timeout',
    code: 'TIMED_OUT',
    reason: 'The request did not come in time.',
  },
};
const NO_HTTP: Refusal = {
  status: 400,
  words: 'Bad Request',
  code: 'BAD_INPUT',
  reason: 'That is not HTTP as RFC 9112 has it.',
};

/**
 * Answers what did not become a request with a problem of RFC 9457, and ends the connection.
 * @param code of Node's error
 */
export function refuseUnread(socket: Duplex, code: string | undefined): void {
  if (!socket.writable || code === 'ECONNRESET') return void socket.destroy();
  const { status, words, code: own, reason } = REFUSALS[code ?? ''] ?? NO_HTTP;
  const problem: Problem = { ...problemOf(new ConsoleError(own, { reason }), randomUUID()), status };
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${status} ${words}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
