import type {
  PasskeyAdded,
  PasskeyAnswer,
  PasskeyCreation,
  PasskeyKind,
  PasskeyRequest,
  SecondFactors,
  TenantSession,
} from '../../../src/contract';
import type { Engine } from '../../../src/engine';
import { createCaller } from './calls';
import type { SoftKey, Ways } from './softKey';

export const ORIGIN = 'https://console.example:8443';

let pages = 0;

interface PageOptions {
  /** The tenant, or `null` for the installation. */
  readonly tenant: string | null;
  readonly origin?: string;
  readonly source?: string;
  /** The tab, where it is to be one that another page was in. */
  readonly window?: string;
  /** Whether it is a page at which keys cannot be used. */
  readonly without?: boolean;
}

/** A page of the web console as its transport speaks for it, with the flows of its screens. */
export function openKeyPage(
  engine: Engine,
  { tenant, origin = ORIGIN, source, window, without }: PageOptions,
) {
  pages += 1;
  const caller = createCaller(engine, source ?? `address:192.0.2.${pages % 250}`);
  const page = without
    ? null
    : { origin, host: new URL(origin).hostname, window: window ?? pages.toString(16).padStart(16, '0') };
  const scope = tenant === null ? 'installation' : 'tenant';
  const call = (name: string, input: unknown = {}) => caller.call(scope, name, input, { tenant, page });
  const entrance = tenant === null ? 'operators' : 'identity';

  const flows = {
    call,
    signIn: (email: string, password: string) =>
      call(`${entrance}.signIn`, { email, password }) as Promise<TenantSession>,
    begin: (kind: PasskeyKind) => call('account.beginPasskey', { kind }) as Promise<PasskeyCreation>,
    finish: (made: unknown, name = 'Desk') =>
      call('account.finishPasskey', { name, made }) as Promise<PasskeyAdded>,
    async add(key: SoftKey, kind: PasskeyKind, ways: Ways = {}) {
      const options = await flows.begin(kind);
      return flows.finish(key.make(options, origin, ways));
    },
    ask: () => call('account.askPasskey') as Promise<PasskeyRequest>,
    confirm: (answer: PasskeyAnswer) => call('account.confirmSignInByPasskey', { answer }),
    stepUp: (answer: PasskeyAnswer) => call(`${entrance}.stepUp`, { kind: 'passkey', answer }),
    askToSignIn: () => call(`${entrance}.askPasskey`) as Promise<PasskeyRequest>,
    enter: (answer: PasskeyAnswer) =>
      call(`${entrance}.signInByPasskey`, { answer }) as Promise<TenantSession>,
    async signInWith(key: SoftKey, ways: Ways = {}) {
      return flows.enter(key.answer(await flows.askToSignIn(), origin, ways));
    },
    factors: () => call('account.secondFactors') as Promise<SecondFactors>,
  };
  return flows;
}
