import {
  ConsoleError,
  type SsoDraft,
  type SsoProvider,
  type SsoTrial,
  type tenantContract,
} from '../../../contract';
import type { Call, Handlers } from '../../door';
import { createSignInGuard } from '../../mechanism/limiter';
import type { Session, Sessions } from '../../mechanism/sessions';
import type { SignOnDoor } from '../../mechanism/signOn';
import type { DirectoryClient, PasswordHasher, RandomSource } from '../../ports';
import type { RuntimeContext } from '../context';
import type { ExternalPasswords } from '../identity';
import { createEndpoints, type Endpoints } from './endpoints';
import { createFreshness } from './freshness';
import { useDirectory } from './ldap';
import { createPeople } from './people';
import { createRecheck } from './recheck';
import { createProviders, type ProviderRecord, providerFrom } from './records';
import { requireSoundSettings, sameSecretHolder } from './settings';
import { type AskDirectory, createDirectoryPasswords } from './signIn';
import { StepFailure } from './steps';
import { tryOut } from './trial';

interface SsoOptions {
  readonly context: RuntimeContext;
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
  readonly random: RandomSource;
  readonly directoryClient: DirectoryClient;
  readonly signOnDoor: SignOnDoor;
}

/** Sign-on by a provider of the tenant's own. */
export interface Sso {
  readonly handlers: Handlers<(typeof tenantContract)['sso']>;
  /** The passwords that a directory keeps, for the sign-in. */
  readonly passwords: ExternalPasswords;
  /** What browsers and providers find at the listener. */
  readonly endpoints: Endpoints;
  /**
   * Lets the session of somebody pass while their directory vouches for them.
   * @throws ConsoleError NOT_SIGNED_IN when it does not, or could not be asked for too long
   */
  requireVouched(session: Session): Promise<void>;
  stop(): void;
}

/** Opens what a tenant has of sign-on, and begins to ask its directories about their people. */
export async function openSso(options: SsoOptions): Promise<Sso> {
  const { context, sessions, directoryClient } = options;
  const { store, clock, newId, log } = context;
  const providers = createProviders(context);
  const people = createPeople(options);
  const endpoints = createEndpoints();
  const guard = createSignInGuard({
    store,
    clock,
    nameOf: (subject) => context.cipher.keyedHash(`directory trial ${subject}`),
  });
  const ask: AskDirectory = (settings, secret, trace, use) =>
    useDirectory(
      { egress: context.egress, client: directoryClient, site: context.siteNetwork, now: () => clock.now() },
      settings,
      secret,
      trace,
      use,
    );
  const recheck = createRecheck({
    providers,
    people,
    ask,
    onChecked: (ids, provider) => freshness.checked(ids, provider),
    async note(providerId, problem) {
      const sql =
        problem === null
          ? 'UPDATE sso_providers SET checked_at = ?, problem = NULL WHERE id = ?'
          : 'UPDATE sso_providers SET problem = ? WHERE id = ?';
      await store.write({
        statements: [{ sql, params: [problem ?? clock.now(), providerId] }],
        events: [],
        housekeeping: true,
      });
    },
  });
  const freshness = await createFreshness({ clock, log, providers, people, run: recheck.run });

  /** A secret is sent where it was given for, and nowhere else. */
  function secretFor(draft: SsoDraft, record: ProviderRecord | null): string {
    if (draft.secret !== null) return draft.secret;
    if (!record || record.sealedSecret === null) return '';
    if (!sameSecretHolder(record.settings, draft.settings)) {
      throw new ConsoleError('BAD_INPUT', {
        fields: [
          { path: 'draft.secret', problem: 'is needed again, because it would be sent somewhere else' },
        ],
      });
    }
    return providers.secretOf(record);
  }

  async function show(id: string): Promise<SsoProvider> {
    return providerFrom(await providers.require(id));
  }

  /**
   * Ends the sessions of all who came by a provider, in the write that the events belong to.
   * @throws ConsoleError CONFLICT when nobody would be left who administers the tenant
   */
  async function writeAndEndSessions(
    record: ProviderRecord,
    write: Parameters<typeof store.write>[0],
  ): Promise<void> {
    const linked = await people.linkedTo(record.id);
    const endings = linked.flatMap(({ personId }) => sessions.endAllOf(personId) ?? []);
    const stays = await people.anotherAdministratorStays(record.id);
    await store.write({ ...write, statements: [stays, ...(write.statements ?? []), ...endings] });
    for (const { personId } of linked) sessions.forget(personId);
  }

  async function test(
    {
      id,
      draft,
      person,
    }: { id: string | null; draft: SsoDraft; person: { email: string; password: string | null } | null },
    call: Call,
  ): Promise<SsoTrial> {
    requireSoundSettings(draft.settings);
    const record = id === null ? null : await providers.require(id);
    const secret = secretFor(draft, record);
    // It must not be a way to guess passwords either.
    const attempt = person ? await guard.begin(call.source, person.email) : null;
    await store.write({
      events: [call.event({ target: id, outcome: 'intent', detail: { person: person !== null } })],
    });
    const trial = await tryOut(ask, draft, secret, person);
    const failed = trial.steps.find(({ outcome }) => outcome === 'failed');
    const isRight = failed?.step !== 'password';
    await store.write({
      statements: (isRight ? attempt?.succeeded : attempt?.failed) ?? [],
      events: [
        call.event({
          target: id,
          outcome: failed ? 'failed' : 'done',
          detail: { step: failed?.step ?? null },
        }),
      ],
    });
    if (isRight) attempt?.succeed();
    return trial;
  }

  return {
    endpoints,
    passwords: createDirectoryPasswords({
      providers,
      people,
      ask,
      onVouched: (personId, provider) => freshness.checked([personId], provider),
    }),
    requireVouched: freshness.requireVouched,
    stop: freshness.stop,
    handlers: {
      list: async () => (await providers.all()).map(providerFrom),

      async add({ draft }, call) {
        requireSoundSettings(draft.settings);
        const id = newId();
        await store.write({
          rows: [providers.rowOf(id, draft)],
          events: [call.event({ target: id, detail: { kind: draft.settings.kind } })],
        });
        return show(id);
      },

      async update({ id, revision, draft }, call) {
        requireSoundSettings(draft.settings);
        const record = await providers.requireRevision(id, revision);
        secretFor(draft, record);
        await store.write({
          statements: [providers.update(record, draft)],
          events: [call.event({ target: id, detail: { secret: draft.secret !== null } })],
        });
        return show(id);
      },

      async setState({ id, revision, state }, call) {
        const record = await providers.requireRevision(id, revision);
        const write = {
          statements: [
            {
              sql: 'UPDATE sso_providers SET state = ?, revision = revision + 1 WHERE id = ? AND revision = ?',
              params: [state, id, revision],
              expect: 1,
            },
          ],
          events: [call.event({ target: id, detail: { state } })],
        };
        if (state === 'enabled') await store.write(write);
        else await writeAndEndSessions(record, write);
        return show(id);
      },

      async remove({ id, revision }, call) {
        const record = await providers.requireRevision(id, revision);
        await writeAndEndSessions(record, {
          statements: [
            {
              sql: `UPDATE users SET state = 'disabled'
                    WHERE id IN (SELECT person_id FROM sso_people WHERE provider_id = ?)`,
              params: [id],
            },
            { sql: 'DELETE FROM sso_people WHERE provider_id = ?', params: [id] },
            {
              sql: 'DELETE FROM sso_providers WHERE id = ? AND revision = ?',
              params: [id, revision],
              expect: 1,
            },
          ],
          events: [call.event({ target: id, detail: { people: record.people } })],
        });
        return {};
      },

      test,

      async recheck({ id }, call) {
        await providers.require(id);
        try {
          const counts = await recheck.run(id);
          await store.write({ events: [call.event({ target: id, detail: { ...counts } })] });
          return counts;
        } catch (failure) {
          if (!(failure instanceof StepFailure)) throw failure;
          await store.write({
            events: [call.event({ target: id, outcome: 'failed', detail: { step: failure.step } })],
          });
          throw new ConsoleError('DIRECTORY_UNAVAILABLE', { reason: failure.words }, failure);
        }
      },
    },
  };
}
