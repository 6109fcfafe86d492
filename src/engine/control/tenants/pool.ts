import {
  ConsoleError,
  type ErrorCode,
  isConsoleError,
  type TenantHealth,
  tenantContract,
} from '../../../contract';
import { type CallRequest, type CallResult, listProcedures } from '../../door';
import { isApiKey } from '../../mechanism/apiKeys';
import { createCheckpointKeep } from '../../mechanism/audit';
import { SealError } from '../../mechanism/fieldCipher';
import type { Session } from '../../mechanism/sessions';
import type { SignOnDoor } from '../../mechanism/signOn';
import type { StoreHealth } from '../../mechanism/store';
import { claimsAnotherThan, createTokenVerifier, keyIdOf } from '../../mechanism/tokens';
import { type Database, type EncryptedDatabase, StoreError } from '../../ports';
import {
  type Entitlements,
  type ModelDirectory,
  openRuntime,
  type RuntimeHandle,
  readPasswordHash,
} from '../../tenant';
import type { ControlContext } from '../context';
import type { ModelQueues } from '../models';
import type { NetworkRules } from '../network';
import { readOperatorNames } from '../operators';
import { planOf } from '../plans';
import { readTenantKey } from './databaseKey';
import type { Demands } from './demands';
import { tenantDatabase, tenantFolder } from './folders';
import type { Quarantine } from './quarantine';
import type { TenantRecord, TenantRecords } from './records';

/** After a tenant failed to open it is tried again at most so often. */
const RETRY_MS = 5_000;

/** What is asked of a tenant without a session. */
const PUBLIC = new Set(
  listProcedures(tenantContract)
    .filter(([, procedure]) => procedure['~orpc'].meta.permission === 'public')
    .map(([name]) => name),
);

/** What says of a tenant that it is there. */
const ONLY_FOR_MEMBERS: ReadonlySet<ErrorCode> = new Set([
  'DATABASE_FROM_FUTURE',
  'KEY_MISSING',
  'NOT_FOUND',
  'TENANT_NOT_READY',
  'TENANT_QUARANTINED',
  'TENANT_SUSPENDED',
]);

interface Opened {
  /** Rejects with a ConsoleError and nothing else. */
  readonly runtime: Promise<RuntimeHandle>;
  handle: RuntimeHandle | null;
  /** Calls that wait for it or are in it: while there are any it is not closed to make room. */
  calls: number;
  lastUsed: number;
}

interface Failure {
  readonly problem: ConsoleError;
  readonly at: number;
}

interface PoolOptions {
  readonly context: ControlContext;
  readonly records: TenantRecords;
  readonly quarantine: Quarantine;
  readonly demands: Pick<Demands, 'keep'>;
  readonly network: NetworkRules;
  readonly directory: ModelDirectory;
  readonly queues: Pick<ModelQueues, 'of'>;
  readonly authenticateOperator: (credential: string) => Promise<Session>;
  /** Told when the store of an open tenant takes no writes, and when it takes them again. */
  readonly onStoreHealth: (health: StoreHealth) => void;
  /** Answers whoever has no session in the tenant, without its database. */
  /** What a tenant has of the listener of sign-on. */
  readonly signOnDoor: (tenantId: string) => SignOnDoor;
  readonly answerStranger: (record: TenantRecord, request: CallRequest) => Promise<CallResult>;
}

/** The open tenants: as many runtimes as there is memory for, each over its own database. */
export interface TenantPool {
  /** Calls a procedure of a tenant. The credential is checked before a database is opened for it. */
  call(record: TenantRecord, request: CallRequest): Promise<CallResult>;
  /**
   * The hash of a member's password in a tenant that is shut for everybody, and why it is; `null` for any other
   * tenant, where there is no such member, or where its database cannot be read.
   */
  accountOf(address: string, email: string): Promise<{ hash: string; shut: ConsoleError } | null>;
  /** Opens a database that is in quarantine to check it whole. @returns complaints; none when it is sound */
  check(record: TenantRecord): Promise<string[]>;
  /** How the tenant was when it was last open; `unknown` when it was not since the console started. */
  health(record: TenantRecord): { health: TenantHealth; checkedAt: number };
  /** Works with the runtime of a tenant, which stays open meanwhile. */
  use<Result>(record: TenantRecord, work: (runtime: RuntimeHandle) => Promise<Result>): Promise<Result>;
  /** Lets a tenant that could not be opened be tried again at once. */
  forgetFailure(id: string): void;
  /** Says that the tenant has just been set up. */
  provisioned(id: string): void;
  /** The runtime when it is open. */
  opened(id: string): RuntimeHandle | null;
  allOpened(): [string, RuntimeHandle][];
  close(id: string): Promise<void>;
  closeAll(): Promise<void>;
  /** Gives a runtime that is open what its tenant may do now. */
  refresh(record: TenantRecord): void;
}

export function createTenantPool(options: PoolOptions): TenantPool {
  const { context, records, quarantine, demands, network, directory, authenticateOperator, answerStranger } =
    options;
  const { ports } = context;
  const { clock, log } = ports;
  const pool = new Map<string, Opened>();
  const failures = new Map<string, Failure>();
  const closings = new Map<string, Promise<void>>();
  const lastKnown = new Map<string, { health: TenantHealth; checkedAt: number }>();
  let isClosed = false;
  let versions = 0;
  let most = ports.openTenants;

  function entitlementsOf(record: TenantRecord): Entitlements {
    const plan = planOf(context, record.plan);
    versions += 1;
    return {
      version: versions,
      name: record.name,
      domain: record.domain,
      state: record.state,
      plan,
      residency: record.residency,
      currency: plan.monthlyBase.currency,
    };
  }

  async function openDatabase(
    record: TenantRecord,
  ): Promise<{ database: EncryptedDatabase; tenantKey: Uint8Array }> {
    const tenantKey = await readTenantKey(ports.keystore, record);
    const file = ports.files.absolute(tenantDatabase(record.id));
    return { database: await ports.tenantDriver.open(file, tenantKey), tenantKey };
  }

  /** Looks into the database of a tenant that is shut; nobody opens it meanwhile. */
  function lookInto<Answer>(
    record: TenantRecord,
    look: (database: Database) => Promise<Answer>,
  ): Promise<Answer> {
    const looking = close(record.id)
      .catch(() => undefined)
      .then(async () => {
        const { database, tenantKey } = await openDatabase(record);
        try {
          return await look(database);
        } finally {
          await database.close();
          tenantKey.fill(0);
        }
      });
    keepShutUntil(record.id, looking);
    return looking;
  }

  function keepShutUntil(id: string, work: Promise<unknown>): void {
    const over = work
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        if (closings.get(id) === over) closings.delete(id);
      });
    closings.set(id, over);
  }

  async function start(record: TenantRecord): Promise<RuntimeHandle> {
    await closings.get(record.id);
    const { database, tenantKey } = await openDatabase(record);
    try {
      return await openRuntime({
        tenantId: record.id,
        onMetered: (query) => ports.observer?.query(record.id, query),
        database,
        tenantKey,
        files: ports.filesBelow(tenantFolder(record.id)),
        network: ports.network,
        directoryClient: ports.directoryClient,
        samlServiceProvider: ports.samlServiceProvider,
        oidcClient: ports.oidcClient,
        browser: ports.browser,
        signOnDoor: options.signOnDoor(record.id),
        directory,
        turns: options.queues.of(record.id, () => planOf(context, records.require(record.id).plan).priority),
        embedder: ports.embedder,
        parser: ports.parser,
        hasher: ports.hasher,
        commonPasswords: context.commonPasswords,
        apiKeySeal: context.apiKeySeal,
        refreshSeal: context.refreshSeal,
        clock,
        random: ports.random,
        log,
        auditSigner: context.auditSigner(`tenant:${record.id}`),
        signStatement: (statement) => context.statementKeys.signer().sign(statement),
        checkpointKeep: createCheckpointKeep(ports.keystore, record.id),
        entitlements: entitlementsOf(record),
        siteNetwork: network.policy,
        authenticateOutsider: authenticateOperator,
        operatorNames: () => readOperatorNames(context),
        onTokenKeys: (publicKeys) => keepTokenKeys(record.id, publicKeys),
        onDemands: (acts) => demands.keep(record.id, acts),
        onStoreProblem: (problem) => onStoreProblem(record.id, problem),
        onHealth: options.onStoreHealth,
        reach: async (point) => await ports.reach?.(point),
      });
    } catch (problem) {
      await database.close();
      throw problem;
    }
  }

  /** Keeps the public keys with which a token is checked before a database is opened for it. */
  async function keepTokenKeys(id: string, tokenKeys: readonly string[]): Promise<void> {
    const record = records.require(id);
    if (record.tokenKeys.join(' ') === tokenKeys.join(' ')) return;
    const { next, statement } = records.update(record, { tokenKeys });
    const event = {
      at: clock.now(),
      event: 'tenant.token-keys-kept',
      actor: 'system:tenants',
      target: id,
      outcome: 'done' as const,
      detail: { keys: tokenKeys.map(keyIdOf).join(' ') },
    };
    await context.store.write({ statements: [statement], events: [event] });
    records.keep(next);
  }

  function onStoreProblem(id: string, problem: StoreError): void {
    if (!isDamage(problem)) return;
    quarantine.put(id, problem);
    void close(id).catch((cause: unknown) =>
      log.error('a damaged tenant could not be closed', cause, { tenant: id }),
    );
  }

  function asConsoleError(problem: unknown): ConsoleError {
    if (isConsoleError(problem)) return problem;
    if (problem instanceof StoreError && problem.problem === 'from-future')
      return new ConsoleError('DATABASE_FROM_FUTURE', {}, problem);
    if (problem instanceof StoreError && ['full', 'read-only'].includes(problem.problem))
      return new ConsoleError('READ_ONLY', {}, problem);
    if (problem instanceof StoreError || problem instanceof SealError) {
      const reason =
        problem instanceof StoreError && problem.problem === 'missing'
          ? 'Its database file is not there.'
          : undefined;
      return new ConsoleError('TENANT_QUARANTINED', reason ? { reason } : {}, problem);
    }
    return new ConsoleError('TENANT_QUARANTINED', {}, problem);
  }

  async function begin(record: TenantRecord): Promise<RuntimeHandle> {
    try {
      const runtime = await start(record);
      failures.delete(record.id);
      return runtime;
    } catch (problem) {
      const typed = asConsoleError(problem);
      if (problem instanceof StoreError && isDamage(problem)) quarantine.put(record.id, problem);
      log.error('a tenant could not be opened', problem, { tenant: record.id, code: typed.code });
      failures.set(record.id, { problem: typed, at: clock.monotonic() });
      throw typed;
    }
  }

  /** What was true of the tenant when its opening began may not be any more. */
  function settle(opened: Opened, id: string, runtime: RuntimeHandle): void {
    opened.handle = runtime;
    const record = records.find(id);
    if (record) runtime.setEntitlements(entitlementsOf(record));
  }

  function open({ id }: TenantRecord): Opened {
    if (isClosed) throw new ConsoleError('HOST_RESTARTING');
    // As it stands now: it may have been suspended or deleted while the credential was checked.
    const record = records.require(id);
    const shut = whyShut(record);
    if (shut) throw shut;
    const known = pool.get(record.id);
    if (known) {
      known.lastUsed = clock.monotonic();
      return known;
    }
    const failure = failures.get(record.id);
    if (failure && clock.monotonic() - failure.at < RETRY_MS) throw failure.problem;
    const opened: Opened = { runtime: begin(record), handle: null, calls: 0, lastUsed: clock.monotonic() };
    pool.set(record.id, opened);
    opened.runtime.then(
      (runtime) => settle(opened, id, runtime),
      () => {
        if (pool.get(id) === opened) pool.delete(id);
      },
    );
    return opened;
  }

  async function callOpened(record: TenantRecord, request: CallRequest): Promise<CallResult> {
    const opened = open(record);
    opened.calls += 1;
    try {
      const runtime = await opened.runtime;
      // It was closed while it was being opened, because its tenant was suspended, say.
      if (pool.get(record.id) !== opened) return await callOpened(record, request);
      return await runtime.call(request);
    } finally {
      opened.calls -= 1;
      makeRoom();
    }
  }

  /**
   * How many may be open: as many as ever were while there was memory for one more. What is not given back to the
   * system when a database is closed, SQLite uses for the next.
   */
  function mostOpen(): number {
    if (pool.size > most && ports.hasMemory()) most = pool.size;
    return most;
  }

  /** Closes those that were not used for longest while more are open than may be. */
  function makeRoom(): void {
    const tooMany = pool.size - mostOpen();
    if (tooMany <= 0) return;
    const idle = [...pool]
      .filter(([, { handle, calls }]) => handle && calls === 0 && !handle.busy)
      .sort(([, left], [, right]) => left.lastUsed - right.lastUsed);
    for (const [id] of idle.slice(0, tooMany)) {
      void close(id).catch((cause: unknown) =>
        log.error('a tenant could not be closed', cause, { tenant: id }),
      );
    }
  }

  async function close(id: string): Promise<void> {
    const opened = pool.get(id);
    if (!opened) return closings.get(id);
    pool.delete(id);
    const closing = opened.runtime.then(
      async (runtime) => {
        lastKnown.set(id, { health: runtime.health, checkedAt: clock.now() });
        await runtime.close();
      },
      () => undefined,
    );
    keepShutUntil(id, closing);
    await closing;
  }

  /** Why nobody gets into a tenant, as far as that is known without opening it. */
  function whyShut(record: TenantRecord): ConsoleError | null {
    if (record.state === 'suspended') return new ConsoleError('TENANT_SUSPENDED');
    if (record.state !== 'active') return new ConsoleError('TENANT_NOT_READY');
    return quarantine.since(record.id) === null ? null : new ConsoleError('TENANT_QUARANTINED');
  }

  /** Somebody without a session is not told that the tenant is there, let alone what is wrong with it. */
  async function callSigningIn(record: TenantRecord, request: CallRequest): Promise<CallResult> {
    try {
      return await callOpened(record, request);
    } catch (problem) {
      if (!isConsoleError(problem) || !ONLY_FOR_MEMBERS.has(problem.code)) throw problem;
      return answerStranger(record, request);
    }
  }

  /** A forged credential opens no database: it is checked against the key in the catalogue first. */
  async function isKnown(record: TenantRecord, credential: string | null): Promise<boolean> {
    if (credential === null) return false;
    if (isApiKey(credential)) return context.apiKeySeal.check(credential)?.tenantId === record.id;
    if (pool.has(record.id)) return true;
    if (!claimsAnotherThan(record.id, credential)) {
      const verifier = createTokenVerifier(record.tokenKeys, record.id, clock);
      if (await verifier.verify(credential).catch(notSignedIn)) return true;
    }
    return (await authenticateOperator(credential).catch(notSignedIn)) !== null;
  }

  return {
    async call(record, request) {
      const credential = (await isKnown(record, request.credential)) ? request.credential : null;
      if (credential === null && !PUBLIC.has(request.name)) return answerStranger(record, request);
      if (credential === null) return callSigningIn(record, { ...request, credential });
      return callOpened(record, { ...request, credential });
    },
    async use(record, work) {
      const opened = open(record);
      opened.calls += 1;
      try {
        return await work(await opened.runtime);
      } finally {
        opened.calls -= 1;
        makeRoom();
      }
    },
    async accountOf(address, email) {
      const record = records.find(address);
      const shut = record && whyShut(record);
      if (!record || !shut || shut.code === 'TENANT_NOT_READY') return null;
      try {
        const hash = await lookInto(record, (database) => readPasswordHash(database, email));
        return hash === null ? null : { hash, shut };
      } catch (problem) {
        log.warn('a tenant that is shut could not be asked who its members are', {
          tenant: record.id,
          code: asConsoleError(problem).code,
        });
        return null;
      }
    },
    async check(record) {
      try {
        return await lookInto(record, (database) => database.check());
      } catch (problem) {
        if (problem instanceof StoreError) return [problem.message];
        throw problem;
      }
    },
    health(record) {
      const since = quarantine.since(record.id);
      if (since !== null) return { health: 'quarantined', checkedAt: since };
      const handle = pool.get(record.id)?.handle;
      const failure = failures.get(record.id);
      const checkedAt = clock.now();
      if (handle) return { health: handle.health, checkedAt };
      if (!failure) return lastKnown.get(record.id) ?? { health: 'idle', checkedAt };
      if (failure.problem.code === 'KEY_MISSING') return { health: 'key-missing', checkedAt };
      if (failure.problem.code === 'READ_ONLY') return { health: 'read-only', checkedAt };
      if (failure.problem.code === 'AUDIT_TRUNCATED') return { health: 'older-state', checkedAt };
      const isQuarantined = ['TENANT_QUARANTINED', 'AUDIT_BROKEN'].includes(failure.problem.code);
      return { health: isQuarantined ? 'quarantined' : 'unknown', checkedAt };
    },
    forgetFailure(id) {
      failures.delete(id);
    },
    provisioned(id) {
      lastKnown.set(id, { health: 'healthy', checkedAt: clock.now() });
    },
    opened: (id) => pool.get(id)?.handle ?? null,
    allOpened: () =>
      [...pool].flatMap(([id, { handle }]) => (handle ? [[id, handle] as [string, RuntimeHandle]] : [])),
    close,
    async closeAll() {
      isClosed = true;
      await Promise.all([...pool.keys()].map(close));
      await Promise.all(closings.values());
    },
    refresh(record) {
      pool.get(record.id)?.handle?.setEntitlements(entitlementsOf(record));
    },
  };
}

function notSignedIn(problem: unknown): null {
  if (isConsoleError(problem)) return null;
  throw problem;
}

function isDamage({ problem }: StoreError): boolean {
  return problem === 'damaged' || problem === 'wrong-key';
}
