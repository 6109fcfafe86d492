import { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import { ConsoleError, isConsoleError } from '../../contract';

/** The server sent something that is not the protocol, or stopped before it was finished. */
export class NonsenseError extends Error {
  override readonly name = 'NonsenseError';
}

/**
 * What an error of a call means. The server's own words stay inside: they may quote what was asked, or the key.
 * @param started whether some of the answer had come already
 */
export function explain(error: unknown, signal: AbortSignal, started: boolean): ConsoleError {
  const refusal = causes(error).find(isConsoleError);
  if (refusal) return refusal;
  if (signal.aborted || error instanceof APIUserAbortError) return new ConsoleError('CANCELLED');
  if (error instanceof APIConnectionError || !(error instanceof APIError))
    return ofConnection(error, started);
  return ofStatus(error);
}

function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let at = error; at !== undefined && at !== null && chain.length < 8; ) {
    chain.push(at);
    at = at instanceof Error ? at.cause : null;
  }
  return chain;
}

function ofConnection(error: unknown, started: boolean): ConsoleError {
  if (error instanceof NonsenseError || error instanceof SyntaxError) {
    return new ConsoleError(
      'MODEL_FAILED',
      { reason: 'The server sent what is not the protocol, or broke off.' },
      error,
    );
  }
  return started
    ? new ConsoleError('MODEL_FAILED', { reason: 'The server broke off in the middle.' }, error)
    : new ConsoleError('MODEL_UNAVAILABLE', { reason: 'The server does not answer.' }, error);
}

function ofStatus(error: APIError): ConsoleError {
  const { status } = error;
  if (status === 401 || status === 403) {
    return new ConsoleError('MODEL_REFUSED', { reason: 'The provider refused the key.' }, error);
  }
  if (status === 402 || error.code === 'insufficient_quota') {
    return new ConsoleError('MODEL_REFUSED', { reason: 'The account of the provider is used up.' }, error);
  }
  if (status === 404)
    return new ConsoleError('MODEL_UNAVAILABLE', { reason: 'The provider has no such model.' }, error);
  if (status === 429 || status === 503 || status === 529) {
    const seconds = Number(error.headers?.get('retry-after') ?? Number.NaN);
    const wait = seconds >= 0 && seconds < 86_400 ? { retryAfterMs: Math.ceil(seconds * 1000) } : {};
    return new ConsoleError(
      'MODEL_UNAVAILABLE',
      { reason: 'The provider has too much to do.', ...wait },
      error,
    );
  }
  if (error.code === 'context_length_exceeded') {
    return new ConsoleError(
      'MODEL_FAILED',
      { reason: 'The conversation is longer than this model takes.' },
      error,
    );
  }
  const number = status === undefined ? '' : ` (${status})`;
  return new ConsoleError('MODEL_FAILED', { reason: `The provider reported an error${number}.` }, error);
}
