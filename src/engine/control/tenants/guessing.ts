import { type ErrorCode, isConsoleError } from '../../../contract';
import type { CallRequest } from '../../door';
import { createBackOff, placeOf } from '../../mechanism/limiter';
import type { Clock } from '../../ports';

/** A source may stand for the people of several tenants, each of which makes it wait much earlier. */
const FREE_GUESSES = 100;

/** What a stranger guesses at: each answers, writes and is refused alike whether there is such a tenant or not. */
const GUESSED: ReadonlySet<string> = new Set([
  'identity.signIn',
  'identity.signInByPasskey',
  'people.openInvitation',
  'people.acceptInvitation',
]);
const WRONG: ReadonlySet<ErrorCode> = new Set(['WRONG_CREDENTIALS', 'PASSKEY_REFUSED', 'INVITATION_REFUSED']);

/**
 * Makes a source wait that guesses at ever new addresses, of which each would make it wait only by itself. Guesses at
 * tenants that are there count too: what did not would tell which ones are.
 */
export interface GuessGuard {
  /**
   * Does the work of a call. Whoever has to wait is refused before anything is hashed or written.
   * @throws ConsoleError TOO_MANY_TRIES, or what the work throws
   */
  run<Result>(request: Pick<CallRequest, 'name' | 'source'>, work: () => Promise<Result>): Promise<Result>;
}

/** Kept in memory alone: whoever is counted here cannot restart the engine. */
export function createGuessGuard(clock: Clock): GuessGuard {
  const sources = createBackOff(clock, FREE_GUESSES);
  return {
    async run(request, work) {
      if (!GUESSED.has(request.name)) return work();
      const place = placeOf(request.source);
      sources.admit(place);
      // Counted before it is known how it ends, so that many at the same time gain nothing.
      sources.count(place);
      let isWrong = false;
      try {
        return await work();
      } catch (problem) {
        isWrong = isConsoleError(problem) && WRONG.has(problem.code);
        throw problem;
      } finally {
        if (!isWrong) sources.takeBack(place);
      }
    },
  };
}
