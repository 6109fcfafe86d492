import { ConsoleError, type installationContract, type Tenant, type TenantState } from '../../../contract';
import type { Call, CallRequest, CallResult, Handlers } from '../../door';
import type { Session } from '../../mechanism/sessions';
import type { SignOnDoor } from '../../mechanism/signOn';
import type { StoreHealth } from '../../mechanism/store';
import type { ModelDirectory } from '../../tenant';
import type { ControlContext } from '../context';
import type { ModelQueues } from '../models';
import type { NetworkRules } from '../network';
import { beginCreation, undoInterruptedCreation } from './create';
import { deleteTenant, finishInterruptedDeletion } from './delete';
import { type Demands, openDemands } from './demands';
import { readEnvironment } from './environment';
import { createJournal, type Journal } from './journal';
import { createTenantList } from './list';
import { createTenantPool, type TenantPool } from './pool';
import { createProgressBoard, type ProgressBoard } from './progress';
import { openQuarantine, type Quarantine } from './quarantine';
import { openTenantRecords, type TenantRecord, type TenantRecords, tenantFrom } from './records';
import { startRollups } from './rollups';
import type { SignOnRoutes } from './signOnRoutes';

export { requireConsent } from './consent';
export { creationSteps } from './create';
export { readNextKey, readTenantKey } from './databaseKey';
export { deletionSteps } from './delete';

export { tenantDatabase, tenantFolder } from './folders';
export { createGuessGuard } from './guessing';
export type { Journal, Step, Unfinished } from './journal';
export type { TenantPool } from './pool';
export type { ProgressBoard } from './progress';
export { fingerprintOf, type TenantRecord, type TenantRecords } from './records';
export { openSignOnRoutes, type SignOnRoutes } from './signOnRoutes';
export { createStrangersDoor } from './strangers';

/** A damaged database may have thousands. */
const PROBLEMS_SHOWN = 20;

interface TenantsOptions {
  readonly context: ControlContext;
  readonly network: NetworkRules;
  readonly directory: ModelDirectory;
  readonly queues: Pick<ModelQueues, 'of'>;
  readonly authenticateOperator: (credential: string) => Promise<Session>;
  /** Told when the store of an open tenant takes no writes, and when it takes them again. */
  readonly onStoreHealth: (health: StoreHealth) => void;
  readonly answerStranger: (record: TenantRecord, request: CallRequest) => Promise<CallResult>;
  readonly signOnRoutes: SignOnRoutes;
  /** What a tenant has of the listener of sign-on. */
  readonly signOnDoor: (tenantId: string) => SignOnDoor;
  /** Told when a tenant was suspended or opened again. */
  readonly onStateChange: () => Promise<void>;
}

export interface Tenants {
  readonly handlers: Handlers<(typeof installationContract)['tenants']>;
  readonly records: TenantRecords;
  readonly pool: TenantPool;
  readonly journal: Journal;
  readonly progress: ProgressBoard;
  /** For what tenants demand a second person of the installation. */
  readonly demands: Demands;
  figures(): TenantFigures;
  close(): Promise<void>;
}

/** How many tenants stand how, and how many databases are open. */
export interface TenantFigures {
  readonly states: Readonly<Record<TenantState, number>>;
  /** Whose database was found to be damaged or forged. */
  readonly quarantined: number;
  readonly open: number;
}

function figuresOf(
  records: readonly TenantRecord[],
  quarantine: Quarantine,
  pool: Pick<TenantPool, 'allOpened'>,
): TenantFigures {
  const states: Record<TenantState, number> = { provisioning: 0, active: 0, suspended: 0, deleting: 0 };
  for (const { state } of records) states[state] += 1;
  const quarantined = records.filter(({ id }) => quarantine.since(id) !== null).length;
  return { states, quarantined, open: pool.allOpened().length };
}

/** Opens the tenants of the installation, after what a kill interrupted was finished or undone. */
export async function openTenants(options: TenantsOptions): Promise<Tenants> {
  const { context, network, signOnRoutes } = options;
  const { store, ports } = context;
  const records = await openTenantRecords(context);
  const quarantine = await openQuarantine(context);
  const demands = await openDemands(context);
  const pool = createTenantPool({ ...options, records, quarantine, demands });
  const journal = createJournal(context);
  const progress = createProgressBoard(ports.clock);
  const creating = new Set<Promise<void>>();
  const running = new Set<string>();
  const services = {
    context,
    records,
    quarantine,
    journal,
    progress,
    pool,
    demands,
    signOnRoutes,
    network,
    creating,
    running,
  };

  for (const unfinished of await journal.unfinished()) {
    const { id, tenantId, operation } = unfinished;
    try {
      if (operation === 'create') await undoInterruptedCreation(services, id, tenantId);
      else if (operation === 'delete') await finishInterruptedDeletion(services, unfinished);
    } catch (problem) {
      // It stands as it is, for itself; the others go on, and the next start tries again.
      ports.log.error('an interrupted change of a tenant could not be ended', problem, { tenant: tenantId });
    }
  }
  const rollups = startRollups(context, pool);
  const list = createTenantList(context, records, pool);

  function show(record: TenantRecord): Tenant {
    return tenantFrom(record, pool.health(record).health);
  }

  async function change(
    record: TenantRecord,
    changes: Partial<TenantRecord>,
    call: Call,
    detail: Record<string, string>,
  ): Promise<Tenant> {
    const { next, statement } = records.update(record, changes);
    const event = call.event({ target: record.id, detail, change: { before: record, after: next } });
    await store.write({ statements: [statement], events: [event] });
    records.keep(next);
    pool.refresh(next);
    return show(next);
  }

  function requireFreeDomain(id: string, domain: string | undefined): void {
    if (domain === undefined || !records.all().some((other) => other.domain === domain && other.id !== id))
      return;
    throw new ConsoleError('CONFLICT', {
      reason: 'Another tenant has this domain.',
      fields: [{ path: 'domain', problem: 'is taken' }],
    });
  }

  return {
    records,
    pool,
    journal,
    progress,
    demands,
    figures: () => figuresOf(records.all(), quarantine, pool),
    async close() {
      rollups.stop();
      await Promise.all(creating);
      await rollups.collect();
      await pool.closeAll();
    },
    handlers: {
      async list(input, call) {
        await rollups.collect();
        return list(input, call);
      },
      read: async ({ id }) => show(records.require(id)),
      environment: async ({ id }) => readEnvironment(services, records.require(id)),
      create: async (input, call) => ({ id: await beginCreation(services, input, call) }),
      async progress({ id }, call) {
        const watching = progress.watch(id, call.signal);
        if (!watching) throw new ConsoleError('NOT_FOUND');
        return watching;
      },
      async update({ id, revision, ...wishes }, call) {
        const record = records.require(id);
        if (record.state !== 'active' && record.state !== 'suspended')
          throw new ConsoleError('TENANT_NOT_READY');
        if (record.revision !== revision) throw new ConsoleError('CONFLICT');
        requireFreeDomain(id, wishes.domain);
        const given = Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));
        return change(record, given, call, { fields: Object.keys(given).join(' ') });
      },
      async suspend({ id, reason }, call) {
        const record = records.require(id);
        if (record.state !== 'active') throw new ConsoleError('CONFLICT', { reason: 'It is not active.' });
        if (context.rotating.has(id)) throw new ConsoleError('TENANT_NOT_READY');
        const suspended = await change(record, { state: 'suspended' }, call, { reason });
        await pool.close(id);
        await options.onStateChange();
        return suspended;
      },
      async resume({ id }, call) {
        const record = records.require(id);
        if (record.state !== 'suspended')
          throw new ConsoleError('CONFLICT', { reason: 'It is not suspended.' });
        const resumed = await change(record, { state: 'active' }, call, {});
        await options.onStateChange();
        return resumed;
      },
      async check({ id }, call) {
        const record = records.require(id);
        if (quarantine.since(id) === null)
          throw new ConsoleError('CONFLICT', { reason: 'It is not quarantined.' });
        const problems = await pool.check(record);
        const sound = problems.length === 0;
        const event = call.event({
          target: id,
          outcome: sound ? 'done' : 'failed',
          detail: { problems: problems.length },
        });
        if (sound) await quarantine.release(id, event);
        else await store.write({ events: [event] });
        return { tenant: show(record), problems: problems.slice(0, PROBLEMS_SHOWN) };
      },
      delete: ({ id, confirmName }, call) => deleteTenant(services, id, confirmName, call),
    },
  };
}
