import { ConsoleError } from '../contract';

/** Passwords that are hashed at once for everybody who comes over the network. One hash takes about a quarter of a second. */
const AT_ONCE = 16;
/** And for one address, so that a flood from one does not keep out the others. */
const AT_ONCE_FROM_ONE = 4;
const RETRY_AFTER_MS = 2_000;

/** Waits for work in which a password is hashed. @throws ConsoleError TOO_BUSY when that is done for too many already */
export type HashingBound = <Result>(source: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Bounds how many passwords are hashed at once for those who come over the network: windows, which share the hasher, do not
 * wait behind a flood of strangers.
 * @returns what waits for the work, or throws ConsoleError TOO_BUSY
 */
export function createHashingBound(): HashingBound {
  const sources = new Map<string, number>();
  let all = 0;
  return async <Result>(source: string, work: () => Promise<Result>): Promise<Result> => {
    const own = sources.get(source) ?? 0;
    if (all >= AT_ONCE || own >= AT_ONCE_FROM_ONE) {
      throw new ConsoleError('TOO_BUSY', {
        reason: 'Too many are signing in at this moment.',
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    all += 1;
    sources.set(source, own + 1);
    try {
      return await work();
    } finally {
      all -= 1;
      const left = (sources.get(source) ?? 1) - 1;
      if (left === 0) sources.delete(source);
      else sources.set(source, left);
    }
  };
}
