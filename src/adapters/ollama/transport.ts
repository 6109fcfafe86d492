import { Ollama } from 'ollama/browser';
import { z } from 'zod';
import { NonsenseError, ServerError } from './errors';

const LINE_LIMIT = 4 * 1024 * 1024;
const ERROR_LIMIT = 16 * 1024;

export interface Access {
  readonly baseUrl: string;
  readonly key: string | null;
  readonly fetch: typeof fetch;
}

const ErrorBody = z.object({ error: z.string() });

/**
 * A `fetch` for one piece of work: with its signal and the key, errors of the server thrown as such, and streams
 * whose every line is one JSON object of bounded length (the client library skips a broken line and prints it).
 */
export function strictFetch({ key, fetch }: Access, signal: AbortSignal): typeof globalThis.fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    if (key !== null) headers.set('authorization', `Bearer ${key}`);
    const signals = init?.signal ? [init.signal, signal] : [signal];
    const response = await fetch(input, {
      ...init,
      headers: Object.fromEntries(headers),
      signal: AbortSignal.any(signals),
    });
    if (!response.ok) throw new ServerError(response.status, await errorWords(response));
    if (!response.body || !/ndjson/.test(response.headers.get('content-type') ?? '')) return response;
    return new Response(response.body.pipeThrough(checkedLines()), {
      status: response.status,
      headers: { 'content-type': 'application/x-ndjson' },
    });
  };
}

/** The client library for one piece of work. */
export function clientFor(access: Access, signal: AbortSignal): Ollama {
  return new Ollama({ host: access.baseUrl, fetch: strictFetch(access, signal) });
}

async function errorWords(response: Response): Promise<string> {
  const text = (await response.text()).slice(0, ERROR_LIMIT);
  try {
    return ErrorBody.parse(JSON.parse(text)).error;
  } catch {
    // Not Ollama's form of an error: the status says enough.
    return '';
  }
}

function checkedLines(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + decode(() => decoder.decode(chunk, { stream: true }))).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LINE_LIMIT) throw new NonsenseError('a line has no end');
      for (const line of lines) checkLine(line);
      controller.enqueue(chunk);
    },
    flush() {
      checkLine(rest + decode(() => decoder.decode()));
    },
  });
}

function decode(run: () => string): string {
  try {
    return run();
  } catch {
    throw new NonsenseError('not UTF-8');
  }
}

function checkLine(line: string): void {
  if (line.trim() === '') return;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return;
  } catch {
    // Reported below, without the line itself.
  }
  throw new NonsenseError('a line is not a JSON object');
}
