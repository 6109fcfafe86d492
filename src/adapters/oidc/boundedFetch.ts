import { OidcError } from '../../engine/ports';

const MOST_BYTES = 1024 * 1024;
const TIME_OUT_MS = 15_000;

/**
 * A `fetch` whose answers are bounded in size and time. What is refused before a byte leaves goes through as it is.
 * @param send the broker's
 */
export function boundedFetch(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const signal = AbortSignal.timeout(TIME_OUT_MS);
    const response = await send(input, { ...init, signal });
    const body = await readAll(response);
    const { status, headers } = response;
    const isEmpty = status === 204 || status === 205 || status === 304;
    return new Response(isEmpty ? null : body, { status, headers: new Headers([...headers]) });
  };
}

async function readAll(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > MOST_BYTES) {
      throw new OidcError('discovery', 'invalid', 'The provider answered with more than it ever should.');
    }
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
