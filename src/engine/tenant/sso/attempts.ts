import { ConsoleError } from '../../../contract';
import { type EndpointRequest, page } from '../../mechanism/signOn';
import type { BrowserOpener, Clock, ListenerAnswer } from '../../ports';

/** How long a window waits for its person to come back. */
const PATIENCE_MS = 5 * 60_000;
/** Sign-ins that are waited for at once in one tenant. */
const MOST_WAITING = 100;

const DONE = page('You can close this tab', 'Go on in the console: it has the answer of your provider.');
const REFUSED = page('You were not let in', 'You can close this tab. The console says what to do next.');

/** A sign-in that goes through the browser, as its protocol has it. */
export interface BrowserRound<Result> {
  readonly providerId: string;
  /** Random text that comes back with the browser; it is known to nobody else and good for one answer. */
  readonly ticket: string;
  /** Where the browser is sent. */
  readonly url: string;
  /** Holds the browser's answer against what was asked. @throws StepFailure */
  finish(request: EndpointRequest): Promise<Result>;
}

/** The sign-ins that go through the browser now, each bound to the window that began it. */
export interface Attempts {
  /**
   * Opens the browser and waits until it is back.
   * @param owner the window; a sign-in that it began earlier ends
   * @param signal ends the wait, and with it the sign-in
   * @throws ConsoleError BROWSER_UNAVAILABLE, TIMED_OUT, CANCELLED, TOO_BUSY, or what the round threw
   */
  run<Result>(owner: string, round: BrowserRound<Result>, signal: AbortSignal): Promise<Result>;
  /** Answers a browser that is back; `null` when nobody waits for the ticket at this provider. */
  answer(ticket: string | null, request: EndpointRequest): Promise<ListenerAnswer | null>;
  /** Ends all that wait. */
  close(): void;
}

interface Waiting {
  readonly owner: string;
  readonly providerId: string;
  /** @returns whether the person was let in */
  readonly take: (request: EndpointRequest) => Promise<boolean>;
  readonly give: (problem: ConsoleError) => void;
}

export function createAttempts({ clock, browser }: { clock: Clock; browser: BrowserOpener }): Attempts {
  const waiting = new Map<string, Waiting>();

  function endEarlier(owner: string): void {
    for (const [ticket, earlier] of waiting) {
      if (earlier.owner !== owner) continue;
      waiting.delete(ticket);
      earlier.give(new ConsoleError('CANCELLED'));
    }
  }

  async function settleLate(ticket: string, give: Waiting['give'], over: AbortSignal): Promise<void> {
    await clock.wait(PATIENCE_MS, over).catch(() => undefined);
    if (waiting.delete(ticket)) give(new ConsoleError('TIMED_OUT'));
  }

  return {
    async run(owner, { providerId, ticket, url, finish }, signal) {
      if (signal.aborted) throw new ConsoleError('CANCELLED');
      endEarlier(owner);
      if (waiting.size >= MOST_WAITING) throw new ConsoleError('TOO_BUSY', { retryAfterMs: 10_000 });
      const result = Promise.withResolvers<Awaited<ReturnType<typeof finish>>>();
      const over = new AbortController();
      waiting.set(ticket, {
        owner,
        providerId,
        give: result.reject,
        async take(request) {
          try {
            result.resolve(await finish(request));
            return true;
          } catch (problem) {
            result.reject(problem);
            return false;
          }
        },
      });
      const cancel = () => {
        waiting.delete(ticket);
        result.reject(new ConsoleError('CANCELLED'));
      };
      signal.addEventListener('abort', cancel, { once: true });
      try {
        void settleLate(ticket, result.reject, over.signal);
        browser.open(url).catch((problem: unknown) => {
          waiting.delete(ticket);
          result.reject(problem);
        });
        return await result.promise;
      } finally {
        over.abort();
        waiting.delete(ticket);
        signal.removeEventListener('abort', cancel);
      }
    },

    async answer(ticket, request) {
      const found = ticket === null ? undefined : waiting.get(ticket);
      if (ticket === null || found?.providerId !== request.providerId) return null;
      // Before anything is looked at: an answer is heard once, whatever comes of it.
      waiting.delete(ticket);
      const isIn = await found.take(request);
      return { status: isIn ? 200 : 403, type: 'text/html', body: isIn ? DONE : REFUSED };
    },

    close() {
      for (const { give } of waiting.values()) give(new ConsoleError('CANCELLED'));
      waiting.clear();
    },
  };
}
