import { ConsoleError } from '../contract';

/** Bytes of bodies that lie in memory at once while they are read, of everybody who comes over the network. */
const BYTES = 256 * 1024 * 1024;
/** And of one address: two of the largest documents, and a thousand questions. */
const BYTES_FROM_ONE = 64 * 1024 * 1024;
const RETRY_AFTER_MS = 2_000;

/** What one body takes of the budget. */
export interface BodyShare {
  /** Counts bytes that came. @throws ConsoleError TOO_BUSY when too many lie there already */
  take(bytes: number): void;
  /** Gives back all that was taken, when the body was read or let go. */
  release(): void;
}

/** Begins to count the body of a request. @param source whoever sends it */
export type BodyBudget = (source: string) => BodyShare;

/**
 * Bounds how much memory bodies hold that are on their way: many that are sent slowly do not use up that of the engine.
 * What has come is counted and not what was announced, so that nobody takes room by a header.
 * @param all bytes for everybody
 * @param ofOne bytes for one source
 */
export function createBodyBudget(all = BYTES, ofOne = BYTES_FROM_ONE): BodyBudget {
  const sources = new Map<string, number>();
  let held = 0;

  function move(source: string, bytes: number): void {
    held += bytes;
    const own = (sources.get(source) ?? 0) + bytes;
    if (own === 0) sources.delete(source);
    else sources.set(source, own);
  }

  return (source) => {
    let taken = 0;
    return {
      take(bytes) {
        if (held + bytes > all || (sources.get(source) ?? 0) + bytes > ofOne) {
          throw new ConsoleError('TOO_BUSY', {
            reason: 'Too much is being sent at this moment.',
            retryAfterMs: RETRY_AFTER_MS,
          });
        }
        taken += bytes;
        move(source, bytes);
      },
      release() {
        move(source, -taken);
        taken = 0;
      },
    };
  };
}
