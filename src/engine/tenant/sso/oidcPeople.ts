import type { Sessions } from '../../mechanism/sessions';
import { addressOf, type EndpointRequest } from '../../mechanism/signOn';
import { type ListenerAnswer, OidcError, StoreError } from '../../ports';
import type { RuntimeContext } from '../context';
import { FRESH_MS, type Freshness } from './freshness';
import type { OidcProviders, OidcTarget } from './oidc';
import type { LinkedPerson, People } from './people';
import type { Proofs, Provable } from './proofs';
import type { RecheckCounts } from './recheck';
import { isOfKind, type OidcRecord, type ProviderRecord, type Providers } from './records';
import { roleFor } from './roles';
import { StepFailure } from './steps';

const TOKEN_LENGTH = 16 * 1024;

interface OidcPeopleOptions {
  readonly context: RuntimeContext;
  readonly sessions: Sessions;
  readonly providers: Providers;
  readonly people: People;
  readonly proofs: Proofs;
  readonly oidc: OidcProviders;
  readonly freshness: Freshness;
}

/** Whether OpenID providers still vouch for the people who came by them. */
export interface OidcPeople {
  /**
   * Asks a provider again about everybody who works here.
   * @throws StepFailure when it cannot be asked
   */
  checkAll(provider: OidcRecord): Promise<RecheckCounts>;
  /** Hears a provider say that somebody signed out (OpenID Connect Back-Channel Logout 1.0, 2.5). */
  hearLogout(request: EndpointRequest): Promise<ListenerAnswer | null>;
}

/** Groups of OpenID providers are compared letter by letter. */
export const sameGroup = (group: string): string => group;

export function targetOf(providers: Providers, record: OidcRecord): OidcTarget & { readonly id: string } {
  const { id, revision, settings } = record;
  return { id, revision, settings, secret: providers.secretOf(record) };
}

/** What is registered at a provider. */
export function addressesOf(baseUrl: string, id: string): { callback: string; logout: string } {
  return {
    callback: addressOf(baseUrl, 'oidc/callback', id),
    logout: addressOf(baseUrl, 'oidc/logout', id),
  };
}

export function createOidcPeople(options: OidcPeopleOptions): OidcPeople {
  const { context, sessions, providers, people, proofs, oidc, freshness } = options;
  const { store, clock, log } = context;

  /** Ends what somebody has here until they come by the provider again: sessions end, keys stand still. */
  async function lapse(provider: ProviderRecord, provable: Provable, reason: string): Promise<boolean> {
    const { personId } = provable;
    try {
      await store.write({
        statements: [proofs.drop(provable), ...sessions.endAllOf(personId, 'signed-out-at-provider')],
        events: [
          {
            at: clock.now(),
            event: 'user.sign-on-lapsed',
            actor: `system:sso:${provider.id}`,
            target: personId,
            outcome: 'done',
            detail: { reason },
          },
        ],
      });
    } catch (problem) {
      // They came by the provider again meanwhile.
      if (problem instanceof StoreError && problem.problem === 'guard') return false;
      throw problem;
    }
    sessions.forget(personId);
    freshness.lapsed(personId);
    return true;
  }

  /** @returns whether anything about the person was changed, or `null` when they have to sign in again */
  async function checkOne(
    provider: OidcRecord,
    person: LinkedPerson,
    provable: Provable,
  ): Promise<'same' | 'changed' | 'disabled' | 'skipped'> {
    const proof = proofs.open(provable);
    const answer = proof && (await oidc.askAgain(targetOf(providers, provider), person.subject, proof));
    if (!answer) {
      if (proof === null && clock.now() - person.checkedAt < FRESH_MS) return 'skipped';
      return (await lapse(provider, provable, 'no longer vouched for')) ? 'disabled' : 'skipped';
    }
    await proofs.replace(provable, answer.proof);
    try {
      const role = roleFor(provider, answer.person.groups, sameGroup);
      const { subject, email, name } = answer.person;
      const isChanged = await people.update(person, { subject, email, name, role });
      await people.checked([person.personId]);
      freshness.checked([person.personId], provider);
      return isChanged ? 'changed' : 'same';
    } catch (failure) {
      if (!(failure instanceof StepFailure) || failure.step !== 'role') throw failure;
      await people.disable(person, 'in no group with a role');
      return 'disabled';
    }
  }

  /** Signs out whom the provider means. @returns how many people */
  async function signOut(
    provider: OidcRecord,
    subject: string | null,
    session: string | null,
  ): Promise<number> {
    const linked = await people.linkedTo(provider.id);
    const named = linked.filter((person) => person.subject === `${provider.settings.issuer} ${subject}`);
    if (session === null) {
      for (const { personId } of named) await lapseNow(provider, personId);
      return named.length;
    }
    const begun = await proofs.sessionsOf(provider.id, session);
    const meant = begun.filter(
      ({ personId }) => subject === null || named.some((one) => one.personId === personId),
    );
    for (const { sessionId, personId } of meant) {
      await sessions.revoke(
        { id: sessionId },
        {
          at: clock.now(),
          event: 'session.ended-by-provider',
          actor: `system:sso:${provider.id}`,
          target: sessionId,
          outcome: 'done',
          detail: { person: personId },
        },
        'signed-out-at-provider',
      );
    }
    // A key stands on what the provider gave with a session: when that one has ended, so has its ground.
    for (const { personId } of linked) {
      if (subject !== null && !named.some((one) => one.personId === personId)) continue;
      const provable = await proofs.of(personId);
      if (provable?.session === session) await lapse(provider, provable, 'signed out at the provider');
    }
    return meant.length;
  }

  async function lapseNow(provider: OidcRecord, personId: string): Promise<void> {
    const provable = await proofs.of(personId);
    if (provable) await lapse(provider, provable, 'signed out at the provider');
  }

  return {
    async checkAll(provider) {
      const counts = { same: 0, changed: 0, disabled: 0, skipped: 0 };
      const linked = new Map((await people.linkedTo(provider.id)).map((person) => [person.personId, person]));
      for (const provable of await proofs.inUse(provider.id)) {
        const person = linked.get(provable.personId);
        if (person) counts[await checkOne(provider, person, provable)] += 1;
      }
      const { same, changed, disabled } = counts;
      return { checked: same + changed + disabled, changed, disabled };
    },

    async hearLogout({ providerId, form }) {
      const [token, ...others] = form.getAll('logout_token');
      if (!token || others.length > 0 || token.length > TOKEN_LENGTH) return null;
      const provider = (await providers.all()).find(({ id }) => id === providerId);
      if (provider?.state !== 'enabled' || !isOfKind(provider, 'oidc')) return null;
      try {
        const known = await oidc.open(targetOf(providers, provider));
        const { id, subject, session, until } = await known.readLogout(token);
        if (!(await proofs.takeLogout(provider.id, id, until))) return null;
        const count = await signOut(provider, subject, session);
        log.info('a provider told of a sign-out', { provider: provider.id, people: count });
        return { status: 200, type: 'text/plain', body: '' };
      } catch (problem) {
        const isKnown = problem instanceof OidcError || problem instanceof StepFailure;
        if (!isKnown) throw problem;
        log.warn('a logout token was not taken', { provider: provider.id });
        return null;
      }
    },
  };
}
