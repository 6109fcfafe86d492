import type { ServerResponse } from 'node:http';
import { ConsoleError, ERRORS, type ErrorDetail, isConsoleError } from '../../contract';

/** An error as RFC 9457 writes it, with the contract's code and what to do next as members of its own. */
export interface Problem {
  /** `urn:riscura:error:` and the code. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  /** One sentence about this very case. */
  readonly detail?: string;
  readonly next: string;
  readonly fields?: ErrorDetail['fields'];
  readonly retryAfterMs?: number;
  readonly limit?: ErrorDetail['limit'];
  readonly incident?: string;
  /** `urn:uuid:` and the id of the request. */
  readonly instance: string;
}

/** What of an error may be seen. Whatever is none of the closed set is INTERNAL. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = isConsoleError(error) ? error : new ConsoleError('INTERNAL', {}, error);
  const { reason, next, ...rest } = known.detail;
  return {
    type: `urn:riscura:error:${known.code}`,
    title: known.message,
    status: ERRORS[known.code].status,
    code: known.code,
    ...(reason !== undefined && { detail: reason }),
    next,
    ...rest,
    instance: `urn:uuid:${requestId}`,
  };
}

/** Answers with a problem. RFC 9110 10.2.3 and 11.6.1 say which headers go with it. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  const body = JSON.stringify(problem);
  if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer');
  if (problem.retryAfterMs !== undefined) {
    response.setHeader('retry-after', Math.ceil(problem.retryAfterMs / 1000));
  }
  response.writeHead(problem.status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
