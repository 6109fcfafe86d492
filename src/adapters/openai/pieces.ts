import { createParser } from 'eventsource-parser';
import { APIError } from 'openai';
import { z } from 'zod';
import { NonsenseError } from './errors';

/** Characters that one event may have; a server that sends more without an end is not believed. */
const LONGEST_EVENT = 1_048_576;
const END = '[DONE]';

/** What is read of a piece of a stream; a server is not trusted to keep to the library's types. */
const Piece = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: z.number().int().nonnegative(),
      completion_tokens: z.number().int().nonnegative(),
    })
    .nullish(),
  error: z.looseObject({}).nullish(),
});

/** One piece of a streamed answer. */
export type Piece = z.infer<typeof Piece>;

/**
 * The pieces of a streamed answer (`text/event-stream`), those that came together at once. The library's own stream
 * gives them one by one through six iterators, which costs more than all else that is done with them.
 * @param signal ends the reading and the request
 * @throws NonsenseError for what is not the protocol, APIError for an error that the server sends in the middle
 */
export async function* readPieces(
  response: Response,
  signal: AbortSignal,
): AsyncGenerator<readonly Piece[], void, undefined> {
  const reader = response.body?.getReader();
  if (!reader) throw new NonsenseError('the answer has no body');
  let found: string[] = [];
  const parser = createParser({
    onEvent: ({ data }) => found.push(data),
    onError: (problem) => {
      if (problem.type !== 'unknown-field') throw new NonsenseError(problem.type);
    },
    maxBufferSize: LONGEST_EVENT,
  });
  const decoder = new TextDecoder();
  // Whoever reads learns of the end by the read itself.
  const leave = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      const isEnd = found.includes(END);
      const { pieces, problem } = readUntilProblem(isEnd ? found.slice(0, found.indexOf(END)) : found);
      found = [];
      if (pieces.length > 0) yield pieces;
      if (problem !== null) throw problem;
      if (isEnd) return;
    }
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
}

/** What is good of the events that came together, and what is wrong with the first that is not. */
function readUntilProblem(texts: readonly string[]): { pieces: Piece[]; problem: unknown } {
  const pieces: Piece[] = [];
  try {
    for (const text of texts) pieces.push(readPiece(text));
    return { pieces, problem: null };
  } catch (problem) {
    return { pieces, problem };
  }
}

function readPiece(text: string): Piece {
  const piece = Piece.safeParse(JSON.parse(text));
  if (!piece.success) throw new NonsenseError('a piece of the stream is not what it must be');
  const { error } = piece.data;
  if (error) throw new APIError(undefined, error, undefined, undefined);
  return piece.data;
}
