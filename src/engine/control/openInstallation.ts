import { ConsoleError, installationContract, isConsoleError, Plan, type SignOnChoice } from '../../contract';
import { type CallRequest, type CallResult, createDoor, type Door } from '../door';
import { type ApiKeySeal, createApiKeySeal } from '../mechanism/apiKeys';
import {
  type AuditKeys,
  AuditTrail,
  type CheckpointKeep,
  createAuditKeeping,
  createCheckpointKeep,
  holdKeep,
  openAuditKeys,
} from '../mechanism/audit';
import { type AuditDraft, createAuditSigner, NOWHERE, readCheckpoint } from '../mechanism/chain';
import type { SecretKeeper } from '../mechanism/credentials';
import { createEgressBroker } from '../mechanism/egress';
import { createIdempotency } from '../mechanism/idempotency';
import { createIds } from '../mechanism/ids';
import { attemptEvent, ownAttemptRow } from '../mechanism/ledger';
import { openCommonPasswords } from '../mechanism/passwords';
import { deriveKey } from '../mechanism/sealing';
import { createSessions } from '../mechanism/sessions';
import { openStatementKeys, type StatementKeys } from '../mechanism/statements';
import { migrate, Store } from '../mechanism/store';
import {
  claimedOwner,
  claimsAnotherThan,
  createRefreshSeal,
  createTokenVerifier,
  openTokenKeys,
  type RefreshSeal,
  tokenKeyPurpose,
} from '../mechanism/tokens';
import { createTurns, Vault } from '../mechanism/vault';
import { CATALOG_APPLICATION_ID, catalogMigrations } from '../migrations/catalog';
import { type Database, type EnginePorts, StoreError } from '../ports';
import { openApi } from './api';
import { createAudit } from './audit';
import { openCatalog, requireSameKey } from './catalogue';
import { openCensus } from './census';
import { type ControlContext, createSeals } from './context';
import { carriedKey, keyMarkOf, openKeys, purposeKey, settleInstallationKey } from './keys';
import { openModels } from './models';
import { openNetworkRules } from './network';
import {
  createOperators,
  isFirstRun,
  openOperatorPolicy,
  type RecoveredOperator,
  recordRecovery,
  requireSealedOperators,
} from './operators';
import { openPasswordCost } from './passwordCost';
import { createPlans } from './plans';
import { freeReserve, openReserve } from './reserve';
import { createSealing } from './sealing';
import { createSecretKeeper } from './secrets';
import { openSignOn } from './signOn';
import { openTenantHosts } from './tenantHosts';
import {
  createGuessGuard,
  createStrangersDoor,
  openSignOnRoutes,
  openTenants,
  type SignOnRoutes,
  type TenantFigures,
  type TenantRecord,
  type Tenants,
} from './tenants';

/** The opened installation. */
export interface Installation {
  readonly installation: Door;
  /**
   * Renews the tokens of a session, of an operator or in a tenant.
   * @returns what the transport keeps from then on
   * @throws ConsoleError NOT_SIGNED_IN
   */
  renew(refresh: string, source: string): Promise<string>;
  /** @returns the tenant's id, or `installation`; `null` for whatever this installation has not issued */
  recognise(credential: string): Promise<string | null>;
  /** @param address the tenant's id or domain */
  callTenant(address: string | null, request: CallRequest): Promise<CallResult>;
  airGap(): boolean;
  /** Numbers of the tenants, as they are now. */
  figures(): TenantFigures;
  /** What is wrong with it though it is open. */
  problem(): ConsoleError | null;
  isFirstRun(): Promise<boolean>;
  /** Leaves an event in the installation's chain that is done. */
  note(event: Omit<AuditDraft, 'at' | 'outcome'>): Promise<void>;
  /** Makes a checkpoint of the installation's chain now. */
  checkpoint(): Promise<void>;
  /** Records a recovery by the sheets of the installation; see `installationKeyOf`. */
  recovered(operator: RecoveredOperator | null): Promise<void>;
  close(): Promise<void>;
}

function typed(problem: unknown): unknown {
  if (isConsoleError(problem) || !(problem instanceof StoreError)) return problem;
  if (problem.problem === 'from-future') return new ConsoleError('DATABASE_FROM_FUTURE', {}, problem);
  if (problem.problem === 'full' || problem.problem === 'read-only')
    return new ConsoleError('READ_ONLY', {}, problem);
  return new ConsoleError(
    'INSTALLATION_TAMPERED',
    { reason: 'The catalogue cannot be read as it should be.' },
    problem,
  );
}

/**
 * Opens the catalogue under the installation's key, finishes what a kill interrupted and builds the doors.
 * @throws ConsoleError saying why the installation stays sealed
 */
export async function openInstallation(ports: EnginePorts, closing: AbortSignal): Promise<Installation> {
  return openWith(ports, closing, createCheckpointKeep(ports.keystore, 'installation'));
}

/** An installation that was opened although its catalogue ends before its newest kept checkpoint. */
export interface OlderInstallation extends Installation {
  /** Records that the older state was accepted; only then is the checkpoint given up. */
  accepted(operatorId: string, reason: string, source: string): Promise<void>;
}

/**
 * Opens an installation whose catalogue was put back to an older state, without changing anything outside of it yet.
 * @throws ConsoleError as {@link openInstallation}
 */
export async function openOlderInstallation(
  ports: EnginePorts,
  closing: AbortSignal,
): Promise<OlderInstallation> {
  const keep = createCheckpointKeep(ports.keystore, 'installation');
  const held = holdKeep(keep);
  const opened = await openWith(ports, closing, held);
  return {
    ...opened,
    async accepted(operatorId, reason, source) {
      const text = await keep.read();
      const given = text === null ? null : readCheckpoint(text);
      await opened.note({
        event: 'audit.older-accepted',
        actor: `operator:${operatorId}`,
        target: 'installation',
        detail: { reason, checkpoint: given?.size ?? null, head: given?.head ?? null },
        context: { ...NOWHERE, from: source },
      });
      held.release();
      await opened.checkpoint();
    },
  };
}

async function openWith(
  ports: EnginePorts,
  closing: AbortSignal,
  keep: CheckpointKeep,
): Promise<Installation> {
  let database: Database | null = null;
  try {
    const catalog = await openCatalog(ports);
    database = catalog.database;
    return await build(ports, closing, database, catalog.key, keep);
  } catch (problem) {
    await database?.close();
    const told = typed(problem);
    if (isConsoleError(told) && told.code === 'READ_ONLY') await freeReserve(ports);
    throw told;
  }
}

interface OpenedKeys {
  readonly keyMark: string;
  readonly secrets: SecretKeeper;
  readonly apiKeySeal: ApiKeySeal;
  readonly refreshSeal: RefreshSeal;
  readonly tokenRoot: Uint8Array;
  readonly statementKeys: StatementKeys;
  readonly auditKeys: AuditKeys;
  /** Seals pruned segments of the audit chain. */
  readonly vault: Vault;
}

/** Made sure that it is the right key, makes of it what seals and signs. @param key overwritten */
async function openKeysOf(
  { store, seals, ports }: Pick<ControlContext, 'store' | 'seals' | 'ports'>,
  key: Uint8Array,
): Promise<OpenedKeys> {
  try {
    await requireSameKey({ store, seals, ports });
    const { clock, keystore, random } = ports;
    const sealing = purposeKey(key, 'account-secrets');
    const hashing = await carriedKey(store, key, 'account-hashes');
    const secrets = createSecretKeeper({ sealing, hashing }, random);
    const apiKeysKey = await carriedKey(store, key, 'api-keys');
    const vaultKey = await carriedKey(store, key, 'audit-vault');
    const vault = new Vault(vaultKey, random);
    for (const used of [sealing, hashing, vaultKey]) used.fill(0);
    return {
      keyMark: keyMarkOf(key),
      secrets,
      vault,
      tokenRoot: purposeKey(key, 'token-signing'),
      apiKeySeal: createApiKeySeal(apiKeysKey),
      refreshSeal: createRefreshSeal(apiKeysKey),
      statementKeys: await openStatementKeys({ store, clock, keystore, seal: seals.statementKeys }, key),
      auditKeys: await openAuditKeys(store, key, clock.now()),
    };
  } finally {
    key.fill(0);
  }
}

/**
 * A call with the credential of another tenant is one without any, before it is looked whether the tenant that it
 * addresses is there: how long the refusal takes must not tell.
 */
function withoutForeign<Request extends CallRequest>(request: Request, tid: string): Request {
  const isForeign =
    claimsAnotherThan(tid, request.credential) && claimsAnotherThan('installation', request.credential);
  return isForeign ? { ...request, credential: null } : request;
}

const CHOICES = 'identity.signOnChoices';
const BY_BROWSER = 'identity.signInByBrowser';

function choicesOf(record: TenantRecord | null, routes: SignOnRoutes): SignOnChoice[] {
  if (record?.state !== 'active') return [];
  return routes.of(record.id).flatMap(({ id, offeredAs: name }) => (name === null ? [] : [{ id, name }]));
}

/** Whether a sign-in by the browser names a provider of the tenant that it addresses. */
function isRouteOf(record: TenantRecord | null, { input }: CallRequest, routes: SignOnRoutes): boolean {
  const provider = typeof input === 'object' && input !== null && 'provider' in input ? input.provider : null;
  return record !== null && routes.of(record.id).some(({ id }) => id === provider);
}

/** What names a kept answer among the secrets of the catalogue. */
function answerOf(id: string): string {
  return `idempotency-key/${id}`;
}

async function build(
  ports: EnginePorts,
  closing: AbortSignal,
  database: Database,
  keptKey: Uint8Array,
  keep: CheckpointKeep,
): Promise<Installation> {
  await migrate(database, catalogMigrations, CATALOG_APPLICATION_ID);
  const store = await Store.open(database, ports.clock);
  const key = await settleInstallationKey(ports, store, keptKey);
  const newId = createIds(ports.clock, ports.random);
  const seals = createSeals(purposeKey(key, 'row-seals'));
  const { keyMark, secrets, apiKeySeal, refreshSeal, tokenRoot, statementKeys, auditKeys, vault } =
    await openKeysOf({ store, seals, ports }, key);
  const auditSigner = (origin: string) => createAuditSigner(auditKeys.signing, origin, auditKeys.links);
  const trail = await AuditTrail.open({
    store,
    signer: auditSigner('installation'),
    keep,
    clock: ports.clock,
    log: ports.log,
  });
  const census = await openCensus({ store, seal: seals.settings });
  const identityPolicy = await openOperatorPolicy({ store, seals, census });
  const tokens = await openTokenKeys({
    store,
    clock: ports.clock,
    log: ports.log,
    newId,
    tid: 'installation',
    derive: (id) => deriveKey(tokenRoot, tokenKeyPurpose(id)),
  });
  const context: ControlContext = {
    ports,
    store,
    seals,
    census,
    newId,
    auditSigner,
    plans: Plan.array().parse(ports.plans),
    keyMark,
    statementKeys,
    checkpointKeys: auditKeys.list,
    rotating: new Set(),
    commonPasswords: openCommonPasswords(ports.commonPasswords),
    identityPolicy,
    secrets,
    apiKeySeal,
    refreshSeal,
    tokens,
    closing,
  };
  await requireSealedOperators(context);

  const passwordCost = await openPasswordCost(context);
  const sessions = createSessions({
    store,
    clock: ports.clock,
    log: ports.log,
    newId,
    random: ports.random,
    tokens,
    refreshSeal,
    who: 'operator',
    limits: () => identityPolicy.current().sessions,
  });
  const network = await openNetworkRules(context);
  const egress = createEgressBroker({
    network: ports.network,
    policy: () => ({ ...network.policy(), residency: null }),
    ledger: async (attempt) => {
      await store.write({
        rows: [ownAttemptRow(attempt)],
        events: [attemptEvent(attempt)],
      });
    },
    clock: ports.clock,
    newId,
  });
  const keeping = createAuditKeeping({
    store,
    trail,
    files: ports.files,
    vault,
    inFileTurn: createTurns(),
    clock: ports.clock,
    log: ports.log,
    closing,
    egress,
  });
  const reserve = await openReserve(context);
  store.onHealth(reserve.onHealth);
  const models = await openModels(
    context,
    egress,
    (id) => tenants.records.find(id)?.name ?? 'Removed tenant',
  );
  const guesses = createGuessGuard(ports.clock);
  const strangers = createStrangersDoor({
    context,
    authenticateOperator: sessions.authenticate,
    accountOf: (address, email) => tenants.pool.accountOf(address, email),
    choicesOf: (address) => choicesOf(tenants.records.find(address), signOnRoutes),
  });
  const tenantHosts = await openTenantHosts({
    context,
    tenants: () => tenants.records,
    mainName: () => api.name(),
  });
  const api = await openApi(context, tenantHosts.serve);
  const signOnRoutes = await openSignOnRoutes(context);
  const signOn = await openSignOn({ context, routes: signOnRoutes, tenants: () => tenants });
  const tenants: Tenants = await openTenants({
    context,
    network,
    directory: models.directory,
    queues: models.queues,
    authenticateOperator: sessions.authenticate,
    // Somebody without a session learns nothing, and not even that the tenant is there.
    onStoreHealth: reserve.onHealth,
    signOnRoutes,
    signOnDoor: signOn.doorOf,
    onStateChange: () => signOn.settle(),
    answerStranger: ({ id }, request) => strangers.call(id, { ...request, credential: null }),
  });

  const keys = await openKeys(context, tenants);

  const unreachable = () => Promise.reject(new ConsoleError('UNKNOWN_PROCEDURE'));
  const installation = createDoor({
    contract: installationContract,
    handlers: {
      // The engine answers these itself, because they are needed before there is a catalogue.
      status: { read: unreachable, watch: unreachable },
      recovery: { restore: unreachable, acceptOlder: unreachable },
      ...createOperators(context, sessions),
      // The engine itself unseals: while it is sealed there is no door.
      sealing: { ...createSealing(context), unseal: unreachable },
      passwordCost: passwordCost.handlers,
      plans: createPlans(context),
      tenants: tenants.handlers,
      models: models.handlers,
      network: network.handlers,
      signOn: signOn.handlers,
      api: api.handlers,
      tenantHosts: tenantHosts.handlers,
      keys: keys.handlers,
      audit: createAudit(context, trail, tenants, keeping),
    },
    authenticate: sessions.authenticate,
    idempotency: createIdempotency({
      store,
      clock: ports.clock,
      log: ports.log,
      keyedHash: secrets.hash,
      seal: (id, text) => secrets.seal(answerOf(id), text),
      open: (id, sealed) => secrets.open(answerOf(id), sealed),
    }),
    store,
    clock: ports.clock,
    log: ports.log,
    newIncident: newId,
    keyedHash: secrets.hash,
    onStoreProblem: (problem) => ports.log.error('the catalogue failed', problem),
  });

  await signOn.settle();
  await api.settle();
  trail.start();
  const stopRolling = tokens.start();
  const stopKeeping = keeping.start();
  return {
    installation: {
      async call(request) {
        reserve.admit('installation', request);
        return installation.call(request);
      },
    },
    problem: reserve.problem,
    airGap: () => network.policy().airGap,
    figures: tenants.figures,
    isFirstRun: () => isFirstRun(context),
    async note(event) {
      await store.write({ events: [{ ...event, at: ports.clock.now(), outcome: 'done' }] });
    },
    async checkpoint() {
      await trail.checkpoint();
    },
    recovered: (operator) => recordRecovery(context, operator),
    async renew(refresh, source) {
      const claims = refreshSeal.check(refresh);
      if (!claims) throw new ConsoleError('NOT_SIGNED_IN');
      if (claims.tid === 'installation') return sessions.renew(refresh, source);
      const record = tenants.records.find(claims.tid);
      if (!record) throw new ConsoleError('NOT_SIGNED_IN');
      return tenants.pool.use(record, (runtime) => runtime.renew(refresh, source));
    },
    async recognise(credential) {
      const key = apiKeySeal.check(credential);
      if (key) return key.tenantId;
      const owner = claimedOwner(credential);
      const record = owner === null ? null : tenants.records.find(owner);
      const verifier =
        owner === 'installation'
          ? tokens
          : record && createTokenVerifier(record.tokenKeys, record.id, ports.clock);
      if (!verifier) return null;
      try {
        return (await verifier.verify(credential)).tid;
      } catch (refusal) {
        if (isConsoleError(refusal) && refusal.code === 'NOT_SIGNED_IN') return null;
        throw refusal;
      }
    },
    async callTenant(address, request) {
      reserve.admit('tenant', request);
      // A program need not say whose its key is: the key does.
      const named = address ?? apiKeySeal.check(request.credential ?? '')?.tenantId ?? '';
      const record = tenants.records.find(named);
      const asked = withoutForeign(request, record?.id ?? named);
      if (asked !== request) ports.observer?.foreignCredential();
      // Answered out of the catalogue for everybody: no time and no database tells whether the tenant is there.
      if (asked.name === CHOICES || (asked.name === BY_BROWSER && !isRouteOf(record, asked, signOnRoutes)))
        return strangers.call(record?.id ?? named, { ...asked, credential: null });
      return guesses.run(asked, () =>
        record ? tenants.pool.call(record, asked) : strangers.call(named, asked),
      );
    },
    async close() {
      stopKeeping();
      await keeping.retention.idle();
      await api.close();
      await signOn.close();
      await keys.close();
      stopRolling();
      await passwordCost.idle();
      sessions.close();
      await tenants.close();
      await reserve.close();
      await egress.close();
      await trail.close();
      await store.close();
      vault.close();
    },
  };
}
