import { ConsoleError } from '../../../contract';
import type { Clock } from '../../ports';

interface Failures {
  count: number;
  until: number;
}

const FREE_TRIES = 3;
const FORGOTTEN_AFTER_MS = 15 * 60_000;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const MOST_SUBJECTS = 10_000;

/**
 * Makes whoever guesses wait: the wait doubles with each try. A try counts before it is known how it ends, so that
 * many at the same time gain nothing. Runs on monotonic time.
 */
export interface BackOff {
  /** @throws ConsoleError TOO_MANY_TRIES while the subject has to wait */
  admit(subject: string): void;
  /** @returns how many tries the subject has now */
  count(subject: string): number;
  /** Whether the subject has tries in memory. */
  knows(subject: string): boolean;
  /** Takes over tries that were kept elsewhere, unless there are newer ones; their wait begins now. */
  restore(subject: string, tries: number): void;
  /** A try that was counted was none. */
  takeBack(subject: string): void;
  forget(subject: string): void;
}

export function createBackOff(clock: Clock, freeTries = FREE_TRIES): BackOff {
  const subjects = new Map<string, Failures>();

  function waitAfter(tries: number): number {
    if (tries <= freeTries) return 0;
    return Math.min(FIRST_WAIT_MS * 2 ** (tries - freeTries - 1), LONGEST_WAIT_MS);
  }

  function keep(subject: string, count: number): void {
    subjects.delete(subject);
    if (subjects.size >= MOST_SUBJECTS) forgetOldest();
    subjects.set(subject, { count, until: clock.monotonic() + waitAfter(count) });
  }

  function forgetOldest(): void {
    const oldest = subjects.keys().next();
    if (!oldest.done) subjects.delete(oldest.value);
  }

  return {
    admit(subject) {
      const wait = (subjects.get(subject)?.until ?? 0) - clock.monotonic();
      if (wait > 0) throw new ConsoleError('TOO_MANY_TRIES', { retryAfterMs: Math.ceil(wait) });
    },
    count(subject) {
      const known = subjects.get(subject);
      const isOld = known !== undefined && clock.monotonic() - known.until > FORGOTTEN_AFTER_MS;
      const count = (isOld ? 0 : (known?.count ?? 0)) + 1;
      keep(subject, count);
      return count;
    },
    knows: (subject) => subjects.has(subject),
    restore(subject, tries) {
      if (tries > 0 && !subjects.has(subject)) keep(subject, tries);
    },
    takeBack(subject) {
      const known = subjects.get(subject);
      if (!known) return;
      known.count -= 1;
      if (known.count <= freeTries) known.until = Math.min(known.until, clock.monotonic());
    },
    forget(subject) {
      subjects.delete(subject);
    },
  };
}
