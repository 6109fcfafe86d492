import type { Caller } from '../connection/link';
import { EXIT, Failure, failure } from '../failure';
import type { Secrets } from '../secrets';
import type { SessionService } from './service';
import type { KeptSession, SessionStore } from './store';

/** An access token that ends within this time is renewed before it is used. */
const RENEW_BEFORE_MS = 60_000;
const KEY_MARK = 'rsk_';
const KEY_ID_BYTES = 16;
/** Whose session has no tenant: an operator's, who acts in every tenant where nobody of it is signed in. */
const OPERATOR = null;

/** A caller that also knows which tenant is meant when nobody says it. */
export interface KnownCaller extends Caller {
  /** The tenant of the API key, or of the only session of a tenant; `null` when it has to be said. */
  readonly ownTenant: string | null;
}

/**
 * Calls with an API key.
 * @throws Failure USAGE when it is none
 */
export function callWithKey(key: string): KnownCaller {
  const bytes = Buffer.from(key.slice(KEY_MARK.length), 'base64url');
  if (!key.startsWith(KEY_MARK) || bytes.length < 2 * KEY_ID_BYTES) {
    throw failure('USAGE', 'What was given as API key is none: a key begins with rsk_.');
  }
  const hex = bytes.subarray(KEY_ID_BYTES, 2 * KEY_ID_BYTES).toString('hex');
  return {
    ownTenant: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    credential: async () => key,
    stepUp: async () => false,
  };
}

interface SessionCallerOptions {
  readonly store: SessionStore;
  readonly service: SessionService;
  readonly secrets: Secrets;
  /** Runs work while no other command renews a session: the secret that renews is good for one use. */
  readonly alone: <T>(store: SessionStore, work: () => Promise<T>) => Promise<T>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Calls as whoever has signed in, renewing what is about to end. */
export function callWithSessions(options: SessionCallerOptions): KnownCaller {
  const { store, service, secrets, alone, now } = options;
  const tenants = store.read().filter(({ tenantId }) => tenantId !== OPERATOR);

  async function renewed(session: KeptSession): Promise<KeptSession> {
    if (session.expiresAt - now() > RENEW_BEFORE_MS) return session;
    return alone(store, async () => {
      const kept = find(store.read(), session.tenantId);
      if (kept && kept.expiresAt - now() > RENEW_BEFORE_MS) return kept;
      const { accessToken, refreshToken, expiresAt } = await refreshed(kept ?? session);
      const next = { ...session, accessToken, refreshToken, expiresAt };
      store.keep(next);
      return next;
    });
  }

  async function refreshed(session: KeptSession) {
    try {
      return await service.refresh(session.refreshToken);
    } catch (problem) {
      if (problem instanceof Failure && problem.problem.status === 401) store.forget(session);
      throw problem;
    }
  }

  return {
    ownTenant: tenants.length === 1 ? (tenants[0]?.tenantId ?? null) : null,
    async credential(tenant) {
      const session = find(store.read(), tenant) ?? find(store.read(), OPERATOR);
      if (!session) throw notSignedIn(tenant);
      return (await renewed(session)).accessToken;
    },
    async stepUp(tenant) {
      const session = find(store.read(), tenant) ?? find(store.read(), OPERATOR);
      if (!session || !secrets.canAsk) return false;
      const password = await secrets.password(`Password of ${session.email}, to confirm: `);
      await service.stepUp((await renewed(session)).accessToken, password);
      return true;
    },
  };
}

/** The session for a tenant that is named by id or domain; `null` is that of the operator. */
export function find(sessions: readonly KeptSession[], tenant: string | null): KeptSession | undefined {
  return sessions.find((one) => one.tenantId === tenant || (tenant !== null && one.tenant === tenant));
}

/** Said here, so that nobody is asked who cannot answer. */
export function notSignedIn(tenant: string | null): Failure {
  const command = tenant === null ? 'riscura sign-in' : `riscura sign-in --tenant ${tenant}`;
  return new Failure(
    {
      type: 'urn:riscura:error:NOT_SIGNED_IN',
      title: 'You are not signed in, or the session has ended.',
      code: 'NOT_SIGNED_IN',
      status: 401,
      next: `Sign in with: ${command}`,
    },
    EXIT.notSignedIn,
  );
}
