import type { ServerResponse } from 'node:http';
import { beginEvents, writePiece } from '../http';
import type { Problem } from './problem';

/** How often a stream that has nothing to say says so, so that nobody on the way takes it for dead. */
const ALIVE_MS = 15_000;

/** Sends a stream as server-sent events (HTML Living Standard 9.2), slowed down to what the client takes. */
export async function sendEvents(
  response: ServerResponse,
  stream: AsyncIterable<unknown>,
  toProblem: (error: unknown) => Problem,
): Promise<void> {
  beginEvents(response);
  const alive = setInterval(() => response.write(': alive\n\n'), ALIVE_MS);
  let number = 0;
  try {
    for await (const value of stream) {
      number += 1;
      await writePiece(response, `id: ${number}\nevent: message\ndata: ${JSON.stringify(value)}\n\n`);
    }
    response.write('event: done\ndata: {}\n\n');
  } catch (error) {
    response.write(`event: error\ndata: ${JSON.stringify(toProblem(error))}\n\n`);
  } finally {
    clearInterval(alive);
    response.end();
  }
}
