import { ConsoleError, type SsoProvider, type SsoSettings } from '../../../contract';
import type { Call } from '../../door';
import type { SessionExtras } from '../../mechanism/sessions';
import type { SignOnDoor, SignOnRoute } from '../../mechanism/signOn';
import type { RuntimeContext } from '../context';
import type { Attempts, BrowserRound } from './attempts';
import type { Freshness } from './freshness';
import type { People, Vouched } from './people';
import type { ProviderRecord, Providers } from './records';
import { StepFailure, type Trace, untraced } from './steps';

/** Somebody for whom a provider vouched in the browser. */
export interface Arrival {
  readonly vouched: Vouched;
  /** What is written with the beginning of their session. */
  extrasFor(personId: string): SessionExtras;
}

/** How people come in by providers of one kind with the browser. */
export interface BrowserProtocol {
  /**
   * @param afresh whether the person has to prove who they are anew, however lately they did
   * @throws StepFailure
   */
  begin(record: ProviderRecord, afresh: boolean, trace: Trace): Promise<BrowserRound<Arrival>>;
}

/** The kinds of provider that people come by with a browser. */
export type BrowserKind = Exclude<SsoSettings['kind'], 'ldap'>;

interface BrowserOptions {
  readonly context: RuntimeContext;
  readonly providers: Providers;
  readonly people: People;
  readonly attempts: Attempts;
  readonly door: SignOnDoor;
  readonly freshness: Freshness;
  readonly protocols: Readonly<Partial<Record<BrowserKind, BrowserProtocol>>>;
}

/** Signing in, and proving it again, through the browser of the system. */
export interface BrowserSignOn {
  /** Providers that everybody may see who names the tenant's domain. */
  choices(): Promise<{ id: string; name: string }[]>;
  /**
   * @returns who came back, and what belongs to their session
   * @throws ConsoleError SIGN_ON_REFUSED, DIRECTORY_UNAVAILABLE, NOT_FOUND, or what {@link Attempts.run} throws
   */
  signIn(providerId: string, call: Call): Promise<{ personId: string; extras: SessionExtras }>;
  /** Whether somebody comes by a provider with the browser. */
  isWayOf(personId: string): Promise<boolean>;
  /**
   * Has somebody prove to their provider again who they are.
   * @throws as `signIn`, and SIGN_ON_REFUSED when somebody else came back
   */
  prove(personId: string, call: Call): Promise<void>;
  /**
   * Has somebody come by their provider again, and takes over what it says of them now.
   * @throws as `prove`
   */
  continueFor(personId: string, call: Call): Promise<void>;
  /** Until when the word of somebody’s provider holds that cannot be asked, in milliseconds since 1970. */
  vouchedUntil(personId: string): number | null;
  /** Goes through the browser with what is written down, without letting anybody in. */
  tryOut(record: ProviderRecord, call: Call, trace: Trace): Promise<Vouched>;
  /** Tells the listener which providers are enabled now. */
  keepRoutes(): Promise<void>;
}

/** The kind of a provider that people come by with a browser, or `null`. */
export function protocolOf({ kind }: SsoSettings): BrowserKind | null {
  return kind === 'ldap' ? null : kind;
}

function routeOf({ id, name, settings }: Pick<SsoProvider, 'id' | 'name' | 'settings'>): SignOnRoute | null {
  if (settings.kind === 'ldap') return null;
  return { id, protocol: settings.kind, offeredAs: settings.offered ? name : null };
}

export function createBrowserSignOn(options: BrowserOptions): BrowserSignOn {
  const { context, providers, people, attempts, door, freshness, protocols } = options;
  const { store } = context;

  async function enabled(): Promise<ProviderRecord[]> {
    return (await providers.all()).filter(({ state }) => state === 'enabled');
  }

  async function goThrough(
    record: ProviderRecord,
    call: Call,
    afresh: boolean,
    trace: Trace,
  ): Promise<Arrival> {
    requireWindow(call.source);
    const route = routeOf(record);
    const kind = protocolOf(record.settings);
    const protocol = kind && protocols[kind];
    if (!route || !protocol) throw new ConsoleError('NOT_FOUND');
    const release = await door.hold(route);
    try {
      const signal = AbortSignal.any([call.signal, context.closing]);
      return await attempts.run(call.source, await protocol.begin(record, afresh, trace), signal);
    } finally {
      release();
    }
  }

  /** Leaves the event of a sign-in that failed, and says no more of it than whoever signs in may know. */
  async function refused(call: Call, actor: string, providerId: string, problem: unknown): Promise<never> {
    if (!(problem instanceof StepFailure)) throw problem;
    const detail = { provider: providerId, step: problem.step };
    await store.write({ events: [call.event({ actor, outcome: 'refused', detail })] });
    throw new ConsoleError(
      problem.kind === 'unavailable' ? 'DIRECTORY_UNAVAILABLE' : 'SIGN_ON_REFUSED',
      {},
      problem,
    );
  }

  /**
   * Has somebody who is signed in come by their provider.
   * @param afresh whether they have to prove who they are anew
   */
  async function comeBack(
    personId: string,
    call: Call,
    afresh: boolean,
  ): Promise<{ record: ProviderRecord; vouched: Vouched }> {
    const person = (await people.all()).find((one) => one.personId === personId);
    const record = (await enabled()).find(({ id }) => id === person?.providerId);
    if (!person || !record || protocolOf(record.settings) === null) throw new ConsoleError('NOT_FOUND');
    try {
      const { vouched } = await goThrough(record, call, afresh, untraced);
      if (vouched.subject !== person.subject) {
        throw new StepFailure('person', 'refused', 'Somebody else came back than the one who is signed in.');
      }
      // What can be asked for is known by asking: only there does an answer of the browser count for longer.
      if (freshness.until(personId) !== null) {
        await people.checked([personId]);
        freshness.checked([personId], record);
      }
      return { record, vouched };
    } catch (problem) {
      return refused(call, `user:${personId}`, record.id, problem);
    }
  }

  return {
    choices: async () =>
      (await enabled()).flatMap((record) => {
        const offeredAs = routeOf(record)?.offeredAs;
        return offeredAs ? [{ id: record.id, name: offeredAs }] : [];
      }),

    async signIn(providerId, call) {
      const record = (await enabled()).find(({ id }) => id === providerId);
      if (!record) throw new ConsoleError('NOT_FOUND');
      try {
        const arrival = await goThrough(record, call, false, untraced);
        const personId = await people.admit(record, arrival.vouched);
        freshness.checked([personId], record);
        return { personId, extras: arrival.extrasFor(personId) };
      } catch (problem) {
        return refused(call, `unknown:${call.source}`, providerId, problem);
      }
    },

    async isWayOf(personId) {
      const [row] = await store.read(
        `SELECT json_extract(p.settings, '$.kind') AS kind FROM sso_people s
         JOIN sso_providers p ON p.id = s.provider_id WHERE s.person_id = ?`,
        [personId],
      );
      return row !== undefined && row.kind !== 'ldap';
    },

    async prove(personId, call) {
      await comeBack(personId, call, true);
    },

    async continueFor(personId, call) {
      const { record, vouched } = await comeBack(personId, call, false);
      try {
        await people.admit(record, vouched);
      } catch (problem) {
        await refused(call, `user:${personId}`, record.id, problem);
      }
    },

    vouchedUntil: freshness.until,

    async tryOut(record, call, trace) {
      return (await goThrough(record, call, false, trace)).vouched;
    },

    async keepRoutes() {
      await door.keep((await enabled()).flatMap((record) => routeOf(record) ?? []));
    },
  };
}

/** The browser that would open is the one of the machine where the console runs, before which only windows stand. */
function requireWindow(source: string): void {
  if (source.startsWith('window:')) return;
  const reason = 'This needs a window of the console itself, on the machine where it runs.';
  throw new ConsoleError('BROWSER_UNAVAILABLE', { reason });
}
