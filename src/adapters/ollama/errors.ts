import { ConsoleError, isConsoleError } from '../../contract';

/** The server answered with an error. Its words stay inside: they may quote what was asked. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly status: number;

  constructor(status: number, words: string) {
    super(words);
    this.status = status;
  }
}

/** The server sent something that is not the protocol. */
export class NonsenseError extends Error {
  override readonly name = 'NonsenseError';
}

/** Where in a piece of work an error came. */
export type Stage =
  /** Nothing has come yet. */
  | 'before'
  /** In the middle of an answer. */
  | 'during';

/**
 * What an error of a call to the server means.
 * @param quote whether the server's words may be shown: not where they could hold somebody's question
 */
export function explain(error: unknown, signal: AbortSignal, stage: Stage, quote = false): ConsoleError {
  if (isConsoleError(error)) return error;
  const inner = error instanceof Error ? error.cause : undefined;
  if (isConsoleError(inner)) return inner;
  if (signal.aborted) return new ConsoleError('CANCELLED');
  if (error instanceof ServerError) return ofStatus(error, quote);
  if (error instanceof NonsenseError || error instanceof SyntaxError) {
    return new ConsoleError(
      'MODEL_FAILED',
      { reason: 'The server sent what is not Ollama’s protocol.' },
      error,
    );
  }
  return stage === 'before'
    ? new ConsoleError('MODEL_UNAVAILABLE', { reason: 'The Ollama server does not answer.' }, error)
    : new ConsoleError('MODEL_FAILED', { reason: 'The Ollama server broke off in the middle.' }, error);
}

function ofStatus(error: ServerError, quote: boolean): ConsoleError {
  const { status } = error;
  const words = quote ? error.message.replace(/\p{C}/gu, ' ').trim().slice(0, 300) : '';
  const reason = (plain: string) => ({ reason: words === '' ? plain : words });
  if (status === 401 || status === 403) {
    return new ConsoleError('MODEL_REFUSED', reason('The Ollama server refused the key.'), error);
  }
  if (status === 404) {
    return new ConsoleError('MODEL_UNAVAILABLE', reason('The Ollama server has no such model.'), error);
  }
  if (status === 429 || status === 503) {
    return new ConsoleError('MODEL_UNAVAILABLE', reason('The Ollama server has too much to do.'), error);
  }
  return new ConsoleError('MODEL_FAILED', reason(`The Ollama server reported an error (${status}).`), error);
}
