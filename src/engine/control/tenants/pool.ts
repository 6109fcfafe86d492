import { ConsoleError, isConsoleError, type TenantHealth } from '../../../contract';
import type { CallRequest, CallResult } from '../../door';
import { SealError } from '../../mechanism/fieldCipher';
import type { Session } from '../../mechanism/sessions';
import { createTokenVerifier } from '../../mechanism/tokens';
import { StoreError } from '../../ports';
import { type Entitlements, type ModelDirectory, openRuntime, type RuntimeHandle } from '../../tenant';
import type { ControlContext } from '../context';
import type { NetworkRules } from '../network';
import { planOf } from '../plans';
import { tenantDatabase, tenantFolder } from './folders';
import { fingerprintOf, type TenantRecord, type TenantRecords } from './records';

/** After a tenant failed to open it is tried again at most so often. */
const RETRY_MS = 5_000;

interface Opened {
  readonly runtime: Promise<RuntimeHandle>;
  handle: RuntimeHandle | null;
  lastUsed: number;
}

interface Failure {
  readonly problem: ConsoleError;
  readonly at: number;
}

interface PoolOptions {
  readonly context: ControlContext;
  readonly records: TenantRecords;
  readonly network: NetworkRules;
  readonly directory: ModelDirectory;
  readonly authenticateOperator: (credential: string) => Promise<Session>;
}

/** The open tenants: a bounded number of runtimes, each over its own database. */
export interface TenantPool {
  /** Calls a procedure of a tenant. The credential is checked before a database is opened for it. */
  call(record: TenantRecord, request: CallRequest): Promise<CallResult>;
  health(record: TenantRecord): { health: TenantHealth; checkedAt: number };
  /** The runtime when it is open. */
  opened(id: string): RuntimeHandle | null;
  open(record: TenantRecord): Promise<RuntimeHandle>;
  allOpened(): [string, RuntimeHandle][];
  close(id: string): Promise<void>;
  closeAll(): Promise<void>;
  /** Gives a runtime that is open what its tenant may do now. */
  refresh(record: TenantRecord): void;
}

export function createTenantPool(options: PoolOptions): TenantPool {
  const { context, network, directory, authenticateOperator } = options;
  const { ports } = context;
  const { clock, log } = ports;
  const pool = new Map<string, Opened>();
  const failures = new Map<string, Failure>();
  const closings = new Map<string, Promise<void>>();
  let versions = 0;

  function entitlementsOf(record: TenantRecord): Entitlements {
    const plan = planOf(context, record.plan);
    versions += 1;
    return {
      version: versions,
      name: record.name,
      domain: record.domain,
      plan,
      residency: record.residency,
      currency: plan.monthlyBase.currency,
    };
  }

  async function start(record: TenantRecord): Promise<RuntimeHandle> {
    await closings.get(record.id);
    const tenantKey = await ports.keystore.readKey({ kind: 'tenant', tenantId: record.id });
    if (record.keyFingerprint !== fingerprintOf(tenantKey)) {
      tenantKey.fill(0);
      throw new ConsoleError('KEY_MISSING', {
        reason: 'The keychain holds another key than the one of this tenant.',
      });
    }
    const database = await ports.tenantDriver.open(
      ports.files.absolute(tenantDatabase(record.id)),
      tenantKey,
    );
    try {
      return await openRuntime({
        tenantId: record.id,
        database,
        tenantKey,
        files: ports.filesBelow(tenantFolder(record.id)),
        network: ports.network,
        directory,
        embedder: ports.embedder,
        parser: ports.parser,
        hasher: ports.hasher,
        clock,
        random: ports.random,
        log,
        entitlements: entitlementsOf(record),
        siteNetwork: network.policy,
        authenticateOutsider: authenticateOperator,
        onStoreProblem: (problem) => onStoreProblem(record.id, problem),
        onHealth: () => undefined,
      });
    } catch (problem) {
      await database.close();
      throw problem;
    }
  }

  function onStoreProblem(id: string, problem: StoreError): void {
    if (problem.problem !== 'damaged' && problem.problem !== 'wrong-key') return;
    failures.set(id, { problem: new ConsoleError('TENANT_QUARANTINED', {}, problem), at: clock.monotonic() });
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

  async function open(record: TenantRecord): Promise<RuntimeHandle> {
    requireActive(record);
    const known = pool.get(record.id);
    if (known) {
      known.lastUsed = clock.monotonic();
      return known.runtime;
    }
    const failure = failures.get(record.id);
    if (failure && clock.monotonic() - failure.at < RETRY_MS) throw failure.problem;
    const runtime = start(record);
    const opened: Opened = { runtime, handle: null, lastUsed: clock.monotonic() };
    pool.set(record.id, opened);
    try {
      opened.handle = await runtime;
      failures.delete(record.id);
      makeRoom();
      return opened.handle;
    } catch (problem) {
      pool.delete(record.id);
      const typed = asConsoleError(problem);
      log.error('a tenant could not be opened', problem, { tenant: record.id, code: typed.code });
      failures.set(record.id, { problem: typed, at: clock.monotonic() });
      throw typed;
    }
  }

  /** Closes those that were not used for longest while more are open than may be. */
  function makeRoom(): void {
    const idle = [...pool]
      .filter(([, opened]) => opened.handle && !opened.handle.busy)
      .sort(([, left], [, right]) => left.lastUsed - right.lastUsed);
    for (const [id] of idle.slice(0, Math.max(0, pool.size - ports.openTenants))) {
      void close(id).catch((cause: unknown) =>
        log.error('a tenant could not be closed', cause, { tenant: id }),
      );
    }
  }

  async function close(id: string): Promise<void> {
    const opened = pool.get(id);
    if (!opened) return closings.get(id);
    pool.delete(id);
    const closing = opened.runtime
      .then(
        (runtime) => runtime.close(),
        () => undefined,
      )
      .finally(() => closings.delete(id));
    closings.set(id, closing);
    await closing;
  }

  /** A forged credential opens no database: it is checked against the key in the catalogue first. */
  async function requireKnown(record: TenantRecord, credential: string | null): Promise<void> {
    if (credential === null || pool.has(record.id)) return;
    if (record.tokenKey) {
      const verified = await createTokenVerifier(record.tokenKey, record.id, clock)
        .verify(credential)
        .catch(() => null);
      if (verified) return;
    }
    await authenticateOperator(credential);
  }

  return {
    async call(record, request) {
      await requireKnown(record, request.credential);
      const runtime = await open(record);
      return runtime.call(request);
    },
    health(record) {
      const handle = pool.get(record.id)?.handle;
      const failure = failures.get(record.id);
      const checkedAt = clock.now();
      if (handle) return { health: handle.health, checkedAt };
      if (!failure) return { health: 'healthy', checkedAt };
      if (failure.problem.code === 'KEY_MISSING') return { health: 'key-missing', checkedAt };
      if (failure.problem.code === 'READ_ONLY') return { health: 'read-only', checkedAt };
      return { health: failure.problem.code === 'TENANT_QUARANTINED' ? 'quarantined' : 'unknown', checkedAt };
    },
    opened: (id) => pool.get(id)?.handle ?? null,
    open,
    allOpened: () =>
      [...pool].flatMap(([id, { handle }]) => (handle ? [[id, handle] as [string, RuntimeHandle]] : [])),
    close,
    async closeAll() {
      await Promise.all([...pool.keys()].map(close));
    },
    refresh(record) {
      pool.get(record.id)?.handle?.setEntitlements(entitlementsOf(record));
    },
  };
}

function requireActive(record: TenantRecord): void {
  if (record.state === 'suspended') throw new ConsoleError('TENANT_SUSPENDED');
  if (record.state !== 'active') throw new ConsoleError('TENANT_NOT_READY');
}
