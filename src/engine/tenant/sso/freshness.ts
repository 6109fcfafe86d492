import { ConsoleError } from '../../../contract';
import type { Session } from '../../mechanism/sessions';
import type { Clock, Log } from '../../ports';
import type { LinkedPerson, People } from './people';
import { isOfKind, type ProviderRecord, type Providers } from './records';
import { StepFailure } from './steps';

/** How old the word of a directory about a person may be while they work. */
export const FRESH_MS = 15 * 60_000;
/** Directories are asked a little before that, so that nobody has to wait for it. */
const CHECK_EVERY_MS = 10 * 60_000;
/** One that did not answer is asked again so soon. */
const RETRY_MS = 60_000;
/** When somebody was last vouched for whose provider took its word back. */
export const LAPSED = 0;

interface FreshnessOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly providers: Providers;
  readonly people: People;
  /** Asks a provider about all of its people; what it says is told to `checked` and to the store. */
  readonly run: (providerId: string) => Promise<unknown>;
}

interface Vouching {
  readonly providerId: string;
  /** Monotonic milliseconds: a clock that is set back does not prolong it. */
  readonly at: number;
  readonly graceMs: number;
  /** Whether the provider can be asked without the person. */
  readonly canBeAsked: boolean;
}

/** How long ago each person's directory was asked about them. */
export interface Freshness {
  checked(personIds: readonly string[], provider: ProviderRecord): void;
  /** Nobody vouches for them until they come by their provider again. */
  lapsed(personId: string): void;
  requireVouched(session: Session): Promise<void>;
  /**
   * Until when the word about somebody holds whose provider cannot be asked, in milliseconds since 1970; `null` for all
   * others.
   */
  until(personId: string): number | null;
  stop(): void;
}

export async function createFreshness(options: FreshnessOptions): Promise<Freshness> {
  const { clock, log, providers, people, run } = options;
  const vouched = new Map<string, Vouching>();
  const tried = new Map<string, { at: number; failed: boolean }>();
  const running = new Map<string, Promise<void>>();

  function note(personId: string, provider: ProviderRecord, at: number): void {
    const { id: providerId, graceMinutes } = provider;
    const canBeAsked = !isOfKind(provider, 'saml');
    vouched.set(personId, { providerId, at, graceMs: graceMinutes * 60_000, canBeAsked });
  }

  /** What was written down by wall-clock time may lie in the future after the clock was set. */
  function ageOf({ checkedAt }: LinkedPerson): number {
    const age = clock.now() - checkedAt;
    return age < 0 || checkedAt === LAPSED ? Number.POSITIVE_INFINITY : age;
  }

  for (const provider of await providers.all()) {
    for (const person of await people.linkedTo(provider.id)) {
      note(person.personId, provider, clock.monotonic() - ageOf(person));
    }
  }

  /** Asks a directory, unless it is being asked or did not answer a moment ago. */
  function askAgain(providerId: string): Promise<void> {
    const present = running.get(providerId);
    if (present) return present;
    const last = tried.get(providerId);
    if (last?.failed && clock.monotonic() - last.at < RETRY_MS) return Promise.resolve();
    const made = attempt(providerId).finally(() => running.delete(providerId));
    running.set(providerId, made);
    return made;
  }

  async function attempt(providerId: string): Promise<void> {
    try {
      await run(providerId);
      tried.set(providerId, { at: clock.monotonic(), failed: false });
    } catch (failure) {
      tried.set(providerId, { at: clock.monotonic(), failed: true });
      const step = failure instanceof StepFailure ? failure.step : null;
      log.error('a directory could not be asked about its people', failure, { provider: providerId, step });
    }
  }

  async function askAll(): Promise<void> {
    for (const provider of await providers.all()) {
      const { id, state, people: count } = provider;
      if (isOfKind(provider, 'saml')) continue;
      const last = tried.get(id);
      const due = !last || last.failed || clock.monotonic() - last.at >= CHECK_EVERY_MS;
      if (state === 'enabled' && count > 0 && due) await askAgain(id);
    }
  }

  const stop = clock.every(RETRY_MS, () => {
    askAll().catch((problem: unknown) => log.error('the directories could not be asked', problem));
  });

  return {
    checked(personIds, provider) {
      for (const personId of personIds) note(personId, provider, clock.monotonic());
    },

    lapsed(personId) {
      const known = vouched.get(personId);
      if (known) vouched.set(personId, { ...known, at: Number.NEGATIVE_INFINITY });
    },

    until(personId) {
      const known = vouched.get(personId);
      if (!known || known.canBeAsked) return null;
      const left = known.at + FRESH_MS + known.graceMs - clock.monotonic();
      return Math.max(0, Math.round(clock.now() + left));
    },

    async requireVouched({ personId }) {
      const known = vouched.get(personId);
      if (!known || clock.monotonic() - known.at <= FRESH_MS) return;
      // A provider that took its word back is not asked again: the person has to come by it.
      if (known.at === Number.NEGATIVE_INFINITY) throw notVouched(known);
      if (known.canBeAsked) await askAgain(known.providerId);
      const now = vouched.get(personId) ?? known;
      if (clock.monotonic() - now.at <= FRESH_MS + now.graceMs) return;
      throw notVouched(now);
    },

    stop,
  };
}

function notVouched({ at, canBeAsked }: Vouching): ConsoleError {
  const reason =
    at === Number.NEGATIVE_INFINITY
      ? 'Your organisation no longer vouches for you. Sign in through the browser again.'
      : canBeAsked
        ? 'Your organisation’s directory has not answered for too long, so it is not sure who you are.'
        : 'Your organisation vouches for you for a short time only. Continue through the browser.';
  return new ConsoleError('NOT_SIGNED_IN', { reason });
}
