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
import { addressOf, type EndpointRequest, type SignOnDoor } from '../../mechanism/signOn';
import type {
  BrowserOpener,
  DirectoryClient,
  ListenerAnswer,
  OidcClient,
  PasswordHasher,
  RandomSource,
  SamlServiceProvider,
} from '../../ports';
import type { RuntimeContext } from '../context';
import type { BrowserSignIns, ExternalPasswords } from '../identity';
import { createAttempts } from './attempts';
import { type Arrival, type BrowserProtocol, createBrowserSignOn } from './browser';
import { createEndpoints, type Endpoints } from './endpoints';
import { createFreshness } from './freshness';
import { useDirectory } from './ldap';
import { createOidcProviders } from './oidc';
import { createOidcPeople, addressesOf as oidcAddresses, sameGroup, targetOf } from './oidcPeople';
import { createPeople } from './people';
import { createProofs } from './proofs';
import { createRecheck } from './recheck';
import {
  createProviders,
  type DraftOf,
  isDraftOf,
  isOfKind,
  type ProviderOf,
  type ProviderRecord,
  providerFrom,
} from './records';
import { roleFor } from './roles';
import { createSaml } from './saml';
import { createSamlProtocol } from './samlProtocol';
import { requireSoundSettings, sameSecretHolder } from './settings';
import { type AskDirectory, createDirectoryPasswords } from './signIn';
import { StepFailure } from './steps';
import { goThrough, tryDirectory } from './trial';

interface SsoOptions {
  readonly context: RuntimeContext;
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
  readonly random: RandomSource;
  readonly directoryClient: DirectoryClient;
  readonly samlServiceProvider: SamlServiceProvider;
  readonly signOnDoor: SignOnDoor;
  readonly oidcClient: OidcClient;
  readonly browser: BrowserOpener;
}

/** Sign-on by a provider of the tenant's own. */
export interface Sso {
  readonly handlers: Handlers<(typeof tenantContract)['sso']>;
  /** The passwords that a directory keeps, for the sign-in. */
  readonly passwords: ExternalPasswords;
  /** Signing in through the browser of the system. */
  readonly browser: BrowserSignIns;
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
  const { context, sessions, directoryClient, signOnDoor } = options;
  const { store, clock, newId, log } = context;
  const providers = createProviders(context);
  const people = createPeople(options);
  const endpoints = createEndpoints();
  const saml = createSaml({
    client: options.samlServiceProvider,
    clock,
    random: options.random,
    addressesOf: (providerId) => ({
      acs: addressOf(signOnDoor.baseUrl(), 'saml/acs', providerId),
      metadata: addressOf(signOnDoor.baseUrl(), 'saml/metadata', providerId),
    }),
  });
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
    checkOidc: (provider) => oidcPeople.checkAll(provider),
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
  const proofs = createProofs(context);
  const oidc = createOidcProviders({
    egress: context.egress,
    client: options.oidcClient,
    site: context.siteNetwork,
    random: options.random,
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
  });
  const oidcPeople = createOidcPeople({ context, sessions, providers, people, proofs, oidc, freshness });
  const oidcProtocol: BrowserProtocol = {
    async begin(record, afresh, trace) {
      if (!isOfKind(record, 'oidc')) throw new Error('not an OpenID provider');
      const { callback } = oidcAddresses(signOnDoor.baseUrl(), record.id);
      const round = await oidc.round(targetOf(providers, record), callback, afresh, trace);
      return {
        ...round,
        async finish(request): Promise<Arrival> {
          const { person, proof, session } = await round.finish(request);
          const { subject, email, name, groups } = person;
          const role = roleFor(record, groups, sameGroup);
          trace.passed('role', `Gets the role ${role}.`);
          return {
            vouched: { subject, email, name, role },
            extrasFor: (personId) => proofs.ofLogin(personId, record.id, proof, session),
          };
        },
      };
    },
  };
  const attempts = createAttempts({ clock, browser: options.browser });
  const browser = createBrowserSignOn({
    context,
    providers,
    people,
    attempts,
    door: signOnDoor,
    freshness,
    protocols: { oidc: oidcProtocol, saml: createSamlProtocol({ context, providers, saml }) },
  });
  endpoints.route('oidc/callback', (request) => attempts.answer(request.query.get('state'), request));
  endpoints.route('oidc/logout', oidcPeople.hearLogout);
  endpoints.route('saml/acs', (request) => attempts.answer(request.form.get('RelayState'), request));
  endpoints.route('saml/metadata', showMetadata);
  await browser.keepRoutes();

  /** @throws ConsoleError BAD_INPUT */
  function requireSoundDraft(draft: SsoDraft, record: ProviderRecord | null): void {
    requireSoundSettings(draft.settings);
    if (record && !isOfKind(record, draft.settings.kind)) {
      const problem = 'stays the one that it was added with';
      throw new ConsoleError('BAD_INPUT', { fields: [{ path: 'draft.settings.kind', problem }] });
    }
    if (isDraftOf(draft, 'oidc')) requireSoundOidcDraft(draft, record);
    if (isDraftOf(draft, 'saml') && draft.secret !== null) {
      const problem = 'is not needed: the console makes its key itself';
      throw new ConsoleError('BAD_INPUT', { fields: [{ path: 'draft.secret', problem }] });
    }
  }

  /** For providers that read the metadata of this console by its address. */
  async function showMetadata({ providerId }: EndpointRequest): Promise<ListenerAnswer | null> {
    const record = (await providers.all()).find(({ id }) => id === providerId);
    if (!record || !isOfKind(record, 'saml')) return null;
    const { metadata } = saml.show(providerId, record.settings, providers.secretOf(record));
    return { status: 200, type: 'application/xml', body: metadata };
  }

  async function requireSaml(id: string): Promise<ProviderOf<'saml'>> {
    const record = await providers.require(id);
    if (isOfKind(record, 'saml')) return record;
    throw new ConsoleError('CONFLICT', { reason: 'This provider is not one of SAML.' });
  }

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

  function shown(record: ProviderRecord): SsoProvider {
    const isOidc = isOfKind(record, 'oidc');
    return providerFrom(record, isOidc ? oidcAddresses(signOnDoor.baseUrl(), record.id) : null);
  }

  async function show(id: string): Promise<SsoProvider> {
    return shown(await providers.require(id));
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

  /** With the browser it is the provider as it is saved that is tried: what comes back must find its address. */
  function tryOidc(
    draft: DraftOf<'oidc'>,
    secret: string,
    { record, wanted, call }: { record: ProviderRecord | null; wanted: boolean; call: Call },
  ): Promise<SsoTrial> {
    const id = record?.id ?? null;
    const { callback } = oidcAddresses(signOnDoor.baseUrl(), id ?? newId());
    return goThrough('oidc', wanted, async (trace) => {
      await oidc.probe({ id: null, revision: 0, settings: draft.settings, secret }, callback, trace);
      if (!wanted || !record) return null;
      return (await browser.tryOut(record, call, trace)).role;
    });
  }

  function tryDraft(
    draft: SsoDraft,
    secret: string,
    person: { email: string; password: string | null } | null,
    byBrowser: { record: ProviderRecord | null; wanted: boolean; call: Call },
  ): Promise<SsoTrial> {
    if (isDraftOf(draft, 'ldap')) return tryDirectory(ask, draft, secret, person);
    if (isDraftOf(draft, 'oidc')) return tryOidc(draft, secret, byBrowser);
    if (!isDraftOf(draft, 'saml')) throw new Error('no trial of this kind');
    const { record, wanted, call } = byBrowser;
    return goThrough('saml', wanted, async (trace) => {
      saml.tryCertificates(draft.settings, trace);
      if (!wanted || !record) return null;
      return (await browser.tryOut(record, call, trace)).role;
    });
  }

  async function test(
    {
      id,
      draft,
      person,
      browser: wanted,
    }: {
      id: string | null;
      draft: SsoDraft;
      person: { email: string; password: string | null } | null;
      browser: boolean;
    },
    call: Call,
  ): Promise<SsoTrial> {
    const record = id === null ? null : await providers.require(id);
    requireSoundDraft(draft, record);
    const secret = secretFor(draft, record);
    // It must not be a way to guess passwords either.
    const attempt = person ? await guard.begin(call.source, person.email) : null;
    await store.write({
      events: [call.event({ target: id, outcome: 'intent', detail: { person: person !== null || wanted } })],
    });
    const trial = await tryDraft(draft, secret, person, { record, wanted, call });
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
    browser,
    stop() {
      freshness.stop();
      attempts.close();
    },
    handlers: {
      list: async () => (await providers.all()).map(shown),

      async add({ draft }, call) {
        requireSoundDraft(draft, null);
        const id = newId();
        const secret = isDraftOf(draft, 'saml') ? await saml.makeSecret(id) : draft.secret;
        await store.write({
          rows: [providers.rowOf(id, draft, secret)],
          events: [
            call.event({
              target: id,
              detail: { kind: draft.settings.kind },
              change: { before: null, after: settingsOf(draft) },
            }),
          ],
        });
        return show(id);
      },

      async update({ id, revision, draft }, call) {
        const record = await providers.requireRevision(id, revision);
        requireSoundDraft(draft, record);
        secretFor(draft, record);
        await store.write({
          statements: [providers.update(record, draft)],
          events: [
            call.event({
              target: id,
              detail: { secret: draft.secret !== null },
              change: { before: settingsOf(record), after: settingsOf(draft) },
            }),
          ],
        });
        await browser.keepRoutes();
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
          events: [
            call.event({ target: id, detail: { state }, change: { before: record.state, after: state } }),
          ],
        };
        if (state === 'enabled') await store.write(write);
        else await writeAndEndSessions(record, write);
        await browser.keepRoutes();
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
          events: [
            call.event({
              target: id,
              detail: { people: record.people },
              change: { before: settingsOf(record), after: null },
            }),
          ],
        });
        await browser.keepRoutes();
        return {};
      },

      test,

      readMetadata: async ({ xml }) => saml.readMetadata(xml),

      async service({ id }) {
        const record = await requireSaml(id);
        return saml.show(id, record.settings, providers.secretOf(record));
      },

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

/** What decides how a provider signs people in; of its secret only that there is one. */
function settingsOf(provider: Omit<SsoDraft, 'secret'>) {
  const { name, settings, mappings, defaultRole, adoptExisting, graceMinutes } = provider;
  return { name, settings, mappings, defaultRole, adoptExisting, graceMinutes };
}

/** @throws ConsoleError BAD_INPUT when the parts of a draft do not go together */
function requireSoundOidcDraft(draft: DraftOf<'oidc'>, record: ProviderRecord | null): void {
  const { settings, secret, adoptExisting } = draft;
  const refuse = (path: string, problem: string): never => {
    throw new ConsoleError('BAD_INPUT', { fields: [{ path, problem }] });
  };
  const hasSecret = secret !== null || (record?.hasSecret ?? false);
  if (settings.clientAuthentication !== 'none' && !hasSecret) refuse('draft.secret', 'is needed');
  // Whoever may choose their address at the provider could choose somebody else’s account here.
  if (adoptExisting && settings.trustUnverifiedEmail) {
    refuse('draft.adoptExisting', 'is only for addresses that the provider has verified');
  }
}
