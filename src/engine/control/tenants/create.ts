import { ConsoleError, type CreateTenant, initialParameters } from '../../../contract';
import type { Call } from '../../door';
import type { AuditDoer } from '../../mechanism/chain';
import { requireGoodPassword } from '../../mechanism/passwords';
import type { Write } from '../../mechanism/store';
import type { Database } from '../../ports';
import { provisionTenant } from '../../tenant';
import type { ControlContext } from '../context';
import { isStarter } from '../models';
import { tenantDatabase, tenantFolder } from './folders';
import type { Journal, Step } from './journal';
import type { TenantPool } from './pool';
import type { ProgressBoard } from './progress';
import { fingerprintOf, TENANT_INSERT, type TenantRecord, type TenantRecords } from './records';

/** What the steps of a creation hand on. */
export interface Creation {
  readonly journalId: string;
  readonly tenantId: string;
  readonly doer: AuditDoer;
  readonly input: CreateTenant;
  readonly passwordHash: Promise<string>;
  key: Uint8Array | null;
  database: Database | null;
  tokenKeys: readonly string[] | null;
}

/** What it takes to take a step back; a restart knows no more. */
type UndoWork = Pick<Creation, 'journalId' | 'tenantId' | 'doer' | 'database'>;
type CreationStep = Step<Creation, UndoWork>;

export interface CreateServices {
  readonly context: ControlContext;
  readonly records: TenantRecords;
  readonly journal: Journal;
  readonly progress: ProgressBoard;
  readonly pool: Pick<TenantPool, 'provisioned'>;
  /** The creations that are going on. */
  readonly creating: Set<Promise<void>>;
}

/** The steps after the tenant was recorded. A restart undoes those of a creation that did not finish. */
export function creationSteps({ context }: Pick<CreateServices, 'context'>): readonly CreationStep[] {
  const { ports } = context;
  return [
    {
      name: 'folder',
      title: 'Make the folder of the tenant',
      async run({ tenantId }) {
        await ports.files.makeFolder(`${tenantFolder(tenantId)}/files`);
      },
      async undo({ tenantId }) {
        await ports.files.remove(tenantFolder(tenantId));
      },
    },
    {
      name: 'key',
      title: 'Make its key and put it into the keychain',
      async run(work) {
        work.key = await ports.keystore.createKey({ kind: 'tenant', tenantId: work.tenantId });
      },
      async undo({ tenantId }) {
        await ports.keystore.destroyKey({ kind: 'tenant', tenantId });
      },
    },
    {
      name: 'database',
      title: 'Make its encrypted database',
      async run(work) {
        if (!work.key) throw new Error('a database is made after its key');
        work.database = await ports.tenantDriver.create(
          ports.files.absolute(tenantDatabase(work.tenantId)),
          work.key,
        );
      },
      async undo(work) {
        await work.database?.close();
        await ports.files.remove(tenantFolder(work.tenantId));
      },
    },
    {
      name: 'provision',
      title: 'Set up its schema, keys and first administrator',
      async run(work) {
        if (!work.database || !work.key) throw new Error('a tenant is provisioned after its database');
        const { administrator, model } = work.input;
        work.tokenKeys = await provisionTenant({
          tenantId: work.tenantId,
          database: work.database,
          tenantKey: work.key,
          administrator: {
            id: context.newId(),
            name: administrator.name,
            email: administrator.email,
            role: 'tenant-admin',
            password: await work.passwordHash,
          },
          model,
          parameters: initialParameters({ starter: isStarter(context, model) }),
          doer: work.doer,
          clock: ports.clock,
          random: ports.random,
          log: ports.log,
        });
        await work.database.close();
      },
    },
  ];
}

/**
 * Records a tenant and begins its creation. Resolves once it is durable that it will be created or undone;
 * the steps go on by themselves.
 */
export async function beginCreation(
  services: CreateServices,
  input: CreateTenant,
  call: Call,
): Promise<string> {
  const { context, records, journal, progress } = services;
  const { census, newId, ports } = context;
  requireGoodPassword(input.administrator.password, {
    person: input.administrator,
    policy: context.identityPolicy.current().password,
    common: context.commonPasswords,
    path: 'administrator.password',
  });
  if (records.all().some(({ domain }) => domain === input.domain)) {
    throw new ConsoleError('CONFLICT', {
      reason: 'Another tenant has this domain.',
      fields: [{ path: 'domain', problem: 'is taken' }],
    });
  }
  const now = ports.clock.now();
  const record: TenantRecord = {
    id: newId(),
    name: input.name,
    domain: input.domain,
    plan: input.plan,
    residency: input.residency,
    model: input.model,
    state: 'provisioning',
    keyFingerprint: null,
    keyCreatedAt: null,
    tokenKeys: [],
    createdAt: now,
    updatedAt: now,
    revision: 1,
  };
  const passwordHash = ports.hasher.hash(input.administrator.password);
  // Awaited by the step that needs it; an early failure must not count as unhandled meanwhile.
  passwordHash.catch(() => undefined);
  const work: Creation = {
    journalId: newId(),
    tenantId: record.id,
    doer: call.by(),
    input,
    passwordHash,
    key: null,
    database: null,
    tokenKeys: null,
  };
  const recorded: Write = {
    rows: [
      { into: TENANT_INSERT, rows: [records.insertValues(record)] },
      journal.opening(work.journalId, record.id, 'create', {}),
    ],
    events: [
      call.event({
        target: record.id,
        outcome: 'intent',
        detail: { plan: input.plan, residency: input.residency.mode },
      }),
    ],
  };
  await census.write({ tenants: 1 }, recorded);
  records.keep(record);
  progress.begin(record.id, 'create', [...creationSteps(services), ACTIVATE]);
  await ports.reach?.('create.recorded');
  const creation = runCreation(services, work, record).finally(() => services.creating.delete(creation));
  services.creating.add(creation);
  return record.id;
}

const ACTIVATE = { name: 'activate', title: 'Open it for its people' };

async function runCreation(services: CreateServices, work: Creation, record: TenantRecord): Promise<void> {
  const { context, journal, progress } = services;
  const done: CreationStep[] = [];
  try {
    for (const step of creationSteps(services)) {
      done.unshift(step);
      progress.step(work.tenantId, step.name, 'running');
      await step.run(work);
      await context.ports.reach?.(`create.${step.name}.ran`);
      await journal.completed(work.journalId, step.name, stepEvent(context, work, step.name));
      await context.ports.reach?.(`create.${step.name}.recorded`);
      progress.step(work.tenantId, step.name, 'done');
    }
    progress.step(work.tenantId, ACTIVATE.name, 'running');
    await activate(services, work, record);
    progress.step(work.tenantId, ACTIVATE.name, 'done');
    progress.end(work.tenantId, 'done', null);
  } catch (problem) {
    context.ports.log.error('a tenant could not be created', problem, { tenant: work.tenantId });
    await undoCreation(services, work, done, problem);
  } finally {
    work.key?.fill(0);
  }
}

function stepEvent({ ports }: ControlContext, work: UndoWork, step: string) {
  return {
    at: ports.clock.now(),
    event: 'tenant.creation-step',
    ...work.doer,
    target: work.tenantId,
    outcome: 'done' as const,
    detail: { step },
  };
}

async function activate(
  { context, records, journal, pool }: CreateServices,
  work: Creation,
  record: TenantRecord,
): Promise<void> {
  if (!work.key || !work.tokenKeys) throw new Error('a tenant is activated after it was provisioned');
  const { next, statement } = records.update(record, {
    state: 'active',
    keyFingerprint: fingerprintOf(work.key),
    keyCreatedAt: context.ports.clock.now(),
    tokenKeys: work.tokenKeys,
  });
  await context.store.write({
    statements: [statement, journal.close(work.journalId, 'done', null)],
    events: [{ ...stepEvent(context, work, ACTIVATE.name), event: 'tenant.created', detail: {} }],
  });
  records.keep(next);
  pool.provisioned(work.tenantId);
  await context.ports.reach?.('create.activated');
}

async function undoCreation(
  services: CreateServices,
  work: UndoWork,
  done: readonly CreationStep[],
  problem: unknown,
): Promise<void> {
  const { progress, context } = services;
  const words =
    problem instanceof ConsoleError ? (problem.detail.reason ?? problem.message) : 'A step failed.';
  try {
    for (const step of done) {
      await step.undo?.(work);
      progress.step(work.tenantId, step.name, 'undone');
    }
    await dropRecord(services, work, words);
  } catch (second) {
    context.ports.log.error('a creation could not be undone; the next start goes on', second, {
      tenant: work.tenantId,
    });
  }
  progress.end(work.tenantId, 'failed', words);
}

async function dropRecord(
  { context, records, journal }: CreateServices,
  work: UndoWork,
  problem: string,
): Promise<void> {
  const sql = "DELETE FROM tenants WHERE id = ? AND state = 'provisioning'";
  const write: Write = {
    statements: [
      { sql, params: [work.tenantId], expect: 1 },
      journal.close(work.journalId, 'failed', problem),
    ],
    events: [{ ...stepEvent(context, work, 'undo'), event: 'tenant.created', outcome: 'failed', detail: {} }],
  };
  await context.census.write({ tenants: -1 }, write);
  records.forget(work.tenantId);
}

/** Takes back a creation that a kill interrupted: what exists of it goes, its key too. */
export async function undoInterruptedCreation(
  services: CreateServices,
  journalId: string,
  tenantId: string,
): Promise<void> {
  const work: UndoWork = { journalId, tenantId, doer: { actor: 'system:journal' }, database: null };
  for (const step of [...creationSteps(services)].reverse()) await step.undo?.(work);
  await dropRecord(services, work, 'The console was stopped in the midst of it.');
}
