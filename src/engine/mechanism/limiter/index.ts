import { ConsoleError } from '../../../contract';
import type { Clock } from '../../ports';

interface Failures {
  count: number;
  until: number;
}

const FREE_TRIES = 3;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const MOST_SUBJECTS = 10_000;

/** Makes whoever guesses wait: the wait doubles with each failure. Runs on monotonic time. */
export interface BackOff {
  /** @throws ConsoleError TOO_MANY_TRIES while the subject has to wait */
  admit(subject: string): void;
  failed(subject: string): void;
  succeeded(subject: string): void;
}

export function createBackOff(clock: Clock): BackOff {
  const subjects = new Map<string, Failures>();

  function forgetOldest(): void {
    const oldest = subjects.keys().next();
    if (!oldest.done) subjects.delete(oldest.value);
  }

  return {
    admit(subject) {
      const wait = (subjects.get(subject)?.until ?? 0) - clock.monotonic();
      if (wait > 0) throw new ConsoleError('TOO_MANY_TRIES', { retryAfterMs: Math.ceil(wait) });
    },
    failed(subject) {
      const count = (subjects.get(subject)?.count ?? 0) + 1;
      const wait =
        count <= FREE_TRIES ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (count - FREE_TRIES - 1), LONGEST_WAIT_MS);
      subjects.delete(subject);
      if (subjects.size >= MOST_SUBJECTS) forgetOldest();
      subjects.set(subject, { count, until: clock.monotonic() + wait });
    },
    succeeded(subject) {
      subjects.delete(subject);
    },
  };
}

/** Counts what runs at once and refuses what is above a limit. */
export interface Concurrency {
  /**
   * @returns gives the place back; call it once
   * @throws ConsoleError TOO_BUSY
   */
  enter(limit: number): () => void;
  readonly running: number;
}

export function createConcurrency(): Concurrency {
  let running = 0;
  return {
    enter(limit) {
      if (running >= limit) throw new ConsoleError('TOO_BUSY', { retryAfterMs: 1000 });
      running += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        running -= 1;
      };
    },
    get running() {
      return running;
    },
  };
}
