import {
  type ApprovalAct,
  ConsoleError,
  type SignedStatement,
  type Statement,
  tenantContract,
} from '../../contract';
import { type CallRequest, type CallResult, createDoor } from '../door';
import { type ApiKeySeal, isApiKey } from '../mechanism/apiKeys';
import type { ApprovalPerson } from '../mechanism/approvals';
import { AuditTrail, type CheckpointKeep } from '../mechanism/audit';
import type { AuditDoer, AuditSigner } from '../mechanism/chain';
import { createEgressBroker } from '../mechanism/egress';
import { createIdempotency } from '../mechanism/idempotency';
import { createIds } from '../mechanism/ids';
import { attemptEvent, attemptRow } from '../mechanism/ledger';
import { openRates } from '../mechanism/limiter';
import type { CommonPasswords } from '../mechanism/passwords';
import { createSessions, type Session } from '../mechanism/sessions';
import type { EndpointRequest, SignOnDoor } from '../mechanism/signOn';
import { migrate, Store, type StoreHealth } from '../mechanism/store';
import {
  claimsAnotherThan,
  openTokenKeys,
  type RefreshSeal,
  tokenKeyHandlers,
  tokenKeyPurpose,
} from '../mechanism/tokens';
import { createTurns } from '../mechanism/vault';
import { TENANT_APPLICATION_ID, tenantMigrations } from '../migrations/tenant';
import type {
  BrowserOpener,
  Clock,
  DirectoryClient,
  DocumentParser,
  Embedder,
  EncryptedDatabase,
  Files,
  ListenerAnswer,
  Log,
  Network,
  ObservedQuery,
  OidcClient,
  PasswordHasher,
  RandomSource,
  SamlServiceProvider,
  StoreError,
} from '../ports';
import { createAccess, createAuthorities } from './access';
import { createApiKeys } from './apiKeys';
import { createTenantApprovals } from './approvals';
import { createAssistant, recoverOpenQueries } from './assistant';
import { createAudit } from './audit';
import { createBreakGlass } from './breakGlass';
import { createConfiguration } from './configuration';
import { createChanges, type Entitlements, type RuntimeContext, type SiteNetwork } from './context';
import { createEmbeddings } from './embeddings';
import { createIdentity, createNames, openIdentityPolicy } from './identity';
import { createIsolation } from './isolation';
import {
  createFieldKeys,
  createFileKeys,
  createResidency,
  createRuntimeKeys,
  loadFieldCipher,
  openVault,
  type RuntimeKeys,
} from './keys';
import { createKnowledge, sweepFiles } from './knowledge';
import { openLimits } from './limits';
import type { ModelDirectory, ModelTurns } from './models';
import { createPeople } from './people';
import { createReviews } from './reviews';
import { openSso } from './sso';
import { createUsage } from './usage';
import { type HourRow, readHours } from './usage/hours';

/** Everything a tenant's runtime is built over: one database, one key, one folder, one policy. */
export interface RuntimeParts {
  readonly tenantId: string;
  /** Told of every question that was metered. */
  readonly onMetered: (query: ObservedQuery) => void;
  readonly database: EncryptedDatabase;
  /** 32 bytes; the runtime overwrites them. */
  readonly tenantKey: Uint8Array;
  readonly files: Files;
  readonly network: Network;
  readonly directoryClient: DirectoryClient;
  readonly samlServiceProvider: SamlServiceProvider;
  /** The listener that browsers come back to. */
  readonly signOnDoor: SignOnDoor;
  readonly oidcClient: OidcClient;
  readonly browser: BrowserOpener;
  readonly directory: ModelDirectory;
  readonly turns: ModelTurns;
  readonly embedder: Embedder;
  readonly parser: DocumentParser;
  readonly hasher: PasswordHasher;
  readonly commonPasswords: CommonPasswords;
  readonly apiKeySeal: ApiKeySeal;
  readonly refreshSeal: RefreshSeal;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
  readonly auditSigner: AuditSigner;
  /** Signs a statement about this tenant as the installation. */
  readonly signStatement: (statement: Statement) => SignedStatement;
  readonly checkpointKeep: CheckpointKeep;
  readonly entitlements: Entitlements;
  readonly siteNetwork: () => SiteNetwork;
  /** Checks the credential of somebody who is no member: an operator. */
  readonly authenticateOutsider: (credential: string) => Promise<Session>;
  /** The names of the operators by id, for what they did in the tenant. */
  readonly operatorNames: () => Promise<ReadonlyMap<string, string>>;
  /** Told with which public keys its tokens are checked, when it opens and whenever that changes. */
  readonly onTokenKeys: (publicKeys: readonly string[]) => Promise<void>;
  /** Told for what the tenant demands a second person, when it opens and whenever that changes. */
  readonly onDemands: (acts: readonly ApprovalAct[]) => Promise<void>;
  readonly onStoreProblem: (problem: StoreError) => void;
  readonly onHealth: (health: StoreHealth) => void;
  /** Told of the points at which a test may end the process. */
  readonly reach: (point: string) => Promise<void>;
}

/** What uses an approval from outside of the tenant. */
export interface ApprovalUse {
  readonly at: number;
  readonly doer: AuditDoer;
  readonly procedure: string;
}

/** How long a runtime that closes waits for what runs. */
const GRACE_MS = 10_000;

/** A tenant's runtime as control holds it. */
export interface RuntimeHandle {
  call(request: CallRequest): Promise<CallResult>;
  /**
   * Renews the tokens of a session. @returns what the transport keeps from then on
   * @throws ConsoleError NOT_SIGNED_IN
   */
  renew(refresh: string, source: string): Promise<string>;
  setEntitlements(entitlements: Entitlements): void;
  /** Answers a browser or a provider at an address of sign-on; `null` refuses without a word. */
  answerBrowser(request: EndpointRequest): Promise<ListenerAnswer | null>;
  /** What is going on: calls and answers being made. A runtime that is busy is not closed to make room. */
  readonly busy: boolean;
  readonly health: StoreHealth;
  /** The numbers of the hours since, for the installation's roll-up. */
  readHours(fromHour: number): Promise<HourRow[]>;
  /** Rises whenever there is something new to roll up. */
  readonly usageRevision: number;
  auditEvents(): number;
  egressAttempts(): Promise<number>;
  readonly keys: RuntimeKeys;
  /**
   * Uses up the word of a second person for what an operator is about to do with the tenant, where it demands one.
   * @returns the id of the request whose word it was; `null` where none is demanded
   * @throws ConsoleError APPROVAL_REQUIRED
   */
  useApproval(act: ApprovalAct, person: ApprovalPerson, use: ApprovalUse): Promise<string | null>;
  close(): Promise<void>;
}

/**
 * Builds the runtime of one tenant.
 * @throws StoreError, SealError when the database is not what it should be; the caller closes it then
 */
export async function openRuntime(parts: RuntimeParts): Promise<RuntimeHandle> {
  const { database, clock, random, tenantId } = parts;
  await migrate(database, tenantMigrations, TENANT_APPLICATION_ID);
  const store = await Store.open(database, clock);
  const trail = await AuditTrail.open({
    store,
    signer: parts.auditSigner,
    keep: parts.checkpointKeep,
    clock,
    log: parts.log,
  });
  const cipher = await loadFieldCipher(store, parts.tenantKey, clock, random);
  const vault = await openVault(store, cipher, random);
  const newId = createIds(clock, random);
  const closing = new AbortController();
  let entitlements = parts.entitlements;
  const rates = await openRates(store, clock, (cause) =>
    parts.log.error('requests could not be counted', cause),
  );
  let usageRevision = 0;
  const changes = createChanges();

  const egress = createEgressBroker({
    network: parts.network,
    policy: () => ({ ...parts.siteNetwork(), residency: entitlements.residency }),
    ledger: async (attempt) => {
      await store.write({
        rows: [attemptRow(attempt)],
        events: [attemptEvent(attempt)],
      });
    },
    clock,
    newId,
  });

  const context: RuntimeContext = {
    tenantId,
    metered: parts.onMetered,
    store,
    cipher,
    vault,
    files: parts.files,
    inFileTurn: createTurns(),
    egress,
    directory: parts.directory,
    turns: parts.turns,
    embedder: parts.embedder,
    parser: parts.parser,
    clock,
    newId,
    log: parts.log,
    changes: {
      ...changes,
      changed(topic) {
        if (topic === 'usage') usageRevision += 1;
        changes.changed(topic);
      },
    },
    names: createNames(store, parts.operatorNames),
    entitlements: () => entitlements,
    siteNetwork: parts.siteNetwork,
    closing: closing.signal,
  };

  await recoverOpenQueries(context);
  await sweepFiles(context);
  const tokens = await openTokenKeys({
    store,
    clock,
    log: parts.log,
    newId,
    tid: tenantId,
    derive: (id) => cipher.deriveKey(tokenKeyPurpose(id)),
    onPublicKeys: parts.onTokenKeys,
  });
  const policy = await openIdentityPolicy(context);
  const sessions = createSessions({
    store,
    clock,
    log: parts.log,
    newId,
    random,
    tokens,
    refreshSeal: parts.refreshSeal,
    who: 'user',
    limits: () => policy.current().sessions,
  });
  const { hasher, directoryClient } = parts;
  const { signOnDoor, samlServiceProvider, oidcClient, browser } = parts;
  const sso = await openSso({
    context,
    sessions,
    hasher,
    random,
    directoryClient,
    samlServiceProvider,
    signOnDoor,
    oidcClient,
    browser,
  });
  const authorities = createAuthorities(store);
  const approvals = createTenantApprovals(context, parts.onDemands);
  await parts.onDemands((await approvals.policy()).acts);
  const configuration = createConfiguration(context);
  const audit = createAudit(context, trail, approvals);
  const knowledge = createKnowledge(context);
  const apiKeys = createApiKeys({ context, seal: parts.apiKeySeal, hasher, random });
  const limits = await openLimits(context, rates, apiKeys.limitsOf);
  const assistant = createAssistant(context, configuration, knowledge.search, limits.enter);

  const reviews = createReviews({
    context,
    sessions,
    endKeysOf: apiKeys.endAllOf,
    sign: parts.signStatement,
  });

  async function authenticate(credential: string | null): Promise<Session> {
    if (isApiKey(credential)) {
      const session = await apiKeys.authenticate(credential);
      await sso.requireVouched(session);
      return apiKeys.authenticate(credential);
    }
    if (claimsAnotherThan(tenantId, credential)) return parts.authenticateOutsider(credential ?? '');
    const session = await sessions.authenticate(credential);
    await sso.requireVouched(session);
    // The directory's word may have ended it meanwhile.
    return sessions.authenticate(credential);
  }

  const { commonPasswords: common } = parts;
  const identity = createIdentity({
    context,
    sessions,
    authorities,
    policy,
    hasher,
    random,
    common,
    chosenModel: async () => (await configuration.read()).model,
    external: sso.passwords,
    browser: sso.browser,
  });
  const { enter, factorsOf } = identity;
  const people = createPeople({
    context,
    consents: approvals,
    policy,
    hasher,
    random,
    common,
    sessions,
    apiKeys,
    enter,
    factorsOf,
  });
  const { account } = identity.handlers;
  const fieldKeys = createFieldKeys(context);
  const fileKeys = createFileKeys(context, random, parts.reach);
  const door = createDoor({
    contract: tenantContract,
    admit: limits.admit,
    handlers: {
      ...identity.handlers,
      account: {
        ...account,
        async resetSecondFactor(input, call) {
          await people.requireHeldBy(call, input.personId);
          return account.resetSecondFactor(input, call);
        },
      },
      people: people.handlers,
      peopleImport: people.imports,
      ...createUsage(context),
      access: createAccess(context, approvals),
      approvals: approvals.handlers,
      breakGlass: createBreakGlass(context, {
        approvals,
        conversations: assistant.everyConversation,
        administrators: people.administrators,
        resetSecondFactor: account.resetSecondFactor,
      }),
      apiKeys: apiKeys.handlers,
      limits: limits.handlers,
      assistant: assistant.handlers,
      embeddings: createEmbeddings(context, assistant.quota),
      knowledge: knowledge.handlers,
      configuration: configuration.handlers,
      isolation: createIsolation(context, approvals),
      keys: {
        ...createResidency(context, parts.signStatement),
        fieldKeys: () => fieldKeys.read(),
        rotateFieldKey: (_input, call) => fieldKeys.rotate(call),
        fileKeys: () => fileKeys.read(),
        rotateFileKey: (_input, call) => fileKeys.rotate(call),
        cancelFileKeyRotation: (_input, call) => fileKeys.cancel(call),
        ...tokenKeyHandlers(tokens),
      },
      audit: audit.handlers,
      sso: sso.handlers,
      reviews: reviews.handlers,
    },
    authenticate,
    authorityOf: authorities.of,
    idempotency: createIdempotency({
      store,
      clock,
      log: parts.log,
      keyedHash: (text) => cipher.keyedHash(text),
      seal: (id, text) => cipher.seal(keptAnswer(id), text),
      open: (id, sealed) => cipher.open(keptAnswer(id), sealed),
    }),
    replays: assistant.replays,
    store,
    clock,
    log: parts.log,
    newIncident: newId,
    keyedHash: (text) => cipher.keyedHash(text),
    onStoreProblem: parts.onStoreProblem,
  });
  let calls = 0;
  const drained = Promise.withResolvers<void>();
  const stopHealth = store.onHealth((health) => {
    parts.onHealth(health);
    if (health === 'healthy') void resume();
  });
  knowledge.indexing.resume();
  fieldKeys.resume();
  fileKeys.resume();
  trail.start();
  const stopRolling = tokens.start();
  const stopKeeping = audit.keeping.start();
  const stopReviews = reviews.start();

  /** Takes up again what stood still while the store took no writes. */
  async function resume(): Promise<void> {
    knowledge.indexing.resume();
    fieldKeys.resume();
    fileKeys.resume();
    try {
      await assistant.recover();
    } catch (problem) {
      if (!closing.signal.aborted) parts.log.error('open queries were not ended', problem);
    }
  }

  async function settled(): Promise<void> {
    await audit.keeping.retention.idle();
    await reviews.idle();
    await knowledge.indexing.idle();
    await fieldKeys.idle();
    await fileKeys.idle();
    await assistant.idle();
    if (calls > 0) await drained.promise;
  }

  return {
    async call(request) {
      if (closing.signal.aborted) throw new ConsoleError('HOST_RESTARTING');
      calls += 1;
      try {
        return await door.call(request);
      } finally {
        calls -= 1;
        if (calls === 0 && closing.signal.aborted) drained.resolve();
      }
    },
    answerBrowser: (request) => sso.endpoints.answer(request),
    renew: (refresh, source) => sessions.renew(refresh, source),
    setEntitlements(next) {
      entitlements = next;
    },
    get busy() {
      return calls > 0 || assistant.running > 0;
    },
    get health() {
      return store.health;
    },
    readHours: (fromHour) => readHours(store, fromHour),
    get usageRevision() {
      return usageRevision;
    },
    auditEvents: () => store.auditHead().sequence,
    async egressAttempts() {
      const [row] = await store.read('SELECT count(*) AS count FROM egress_attempts');
      return Number(row?.count ?? 0);
    },
    async useApproval(act, person, { at, doer, procedure }) {
      const { id, statements } = await approvals.require(act, person);
      if (id === null) return null;
      await store.write({
        statements,
        events: [
          { at, event: 'approval.used', ...doer, target: id, outcome: 'done', detail: { act, procedure } },
        ],
      });
      return id;
    },
    keys: createRuntimeKeys({ store, cipher, database, clock, tenantId }),
    async close() {
      closing.abort();
      sso.stop();
      stopHealth();
      stopRolling();
      stopKeeping();
      stopReviews();
      sessions.close();
      const waited = new AbortController();
      const grace = clock.wait(GRACE_MS, waited.signal).catch(() => undefined);
      await Promise.race([settled(), grace]);
      waited.abort();
      try {
        await egress.close();
        await rates.close();
        await trail.close();
        await store.close();
      } finally {
        cipher.close();
        vault.close();
      }
    },
  };
}

/** Where the answer to an idempotency key stands: its associated data. */
function keptAnswer(id: string) {
  return { table: 'idempotency_keys', column: 'sealed_answer', row: id };
}
