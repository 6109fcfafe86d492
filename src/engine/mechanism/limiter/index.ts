import { ConsoleError } from '../../../contract';
import type { Clock } from '../../ports';

interface Failures {
  count: number;
  until: number;
}

const FREE_TRIES = 3;
/** A source may stand for several people. */
const FREE_TRIES_OF_SOURCE = 20;
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
  count(subject: string): void;
  /** A try that was counted was none. */
  takeBack(subject: string): void;
  forget(subject: string): void;
}

export function createBackOff(clock: Clock, freeTries = FREE_TRIES): BackOff {
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
    count(subject) {
      const known = subjects.get(subject);
      const isOld = known !== undefined && clock.monotonic() - known.until > FORGOTTEN_AFTER_MS;
      const count = (isOld ? 0 : (known?.count ?? 0)) + 1;
      const wait =
        count <= freeTries ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (count - freeTries - 1), LONGEST_WAIT_MS);
      subjects.delete(subject);
      if (subjects.size >= MOST_SUBJECTS) forgetOldest();
      subjects.set(subject, { count, until: clock.monotonic() + wait });
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

/**
 * Makes guessers of passwords wait: by source and account, so that a stranger cannot lock out a person, and by
 * source, so that they cannot go through the accounts.
 */
export interface SignInGuard {
  /**
   * @returns to be called when it succeeded
   * @throws ConsoleError TOO_MANY_TRIES
   */
  begin(source: string, account: string): () => void;
}

export function createSignInGuard(clock: Clock): SignInGuard {
  const accounts = createBackOff(clock);
  const sources = createBackOff(clock, FREE_TRIES_OF_SOURCE);
  return {
    begin(source, account) {
      const subject = JSON.stringify([source, account]);
      accounts.admit(subject);
      sources.admit(source);
      accounts.count(subject);
      sources.count(source);
      return () => {
        accounts.forget(subject);
        sources.takeBack(source);
      };
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
