import { ConsoleError, type DeletionRecord } from '../../../contract';
import type { Call } from '../../door';
import type { AuditDoer } from '../../mechanism/chain';
import { bulkInsert, type Write } from '../../mechanism/store';
import type { ControlContext } from '../context';
import { requireConsent } from './consent';
import type { Demands } from './demands';
import { tenantFolder } from './folders';
import type { Journal, Step, Unfinished } from './journal';
import type { TenantPool } from './pool';
import type { ProgressBoard } from './progress';
import type { Quarantine } from './quarantine';
import type { TenantRecords } from './records';
import type { SignOnRoutes } from './signOnRoutes';

/** What the steps of a deletion hand on. */
interface Deletion {
  readonly journalId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly doer: AuditDoer;
  /** Who had it deleted; a restart acts for them. */
  readonly by: string;
  readonly keyFingerprint: string;
  /** Whether everything that was removed was counted. */
  readonly counted: boolean;
  files: number;
  bytes: number;
}

export interface DeleteServices {
  readonly context: ControlContext;
  readonly records: TenantRecords;
  readonly journal: Journal;
  readonly progress: ProgressBoard;
  readonly pool: TenantPool;
  readonly quarantine: Quarantine;
  readonly demands: Demands;
  readonly signOnRoutes: SignOnRoutes;
  /** The tenants whose deletion is going on. */
  readonly running: Set<string>;
}

const INSERT = bulkInsert('deletions', [
  'tenant_id',
  'name',
  'deleted_at',
  'key_destroyed',
  'files',
  'bytes',
  'certificate',
]);

/** The steps after it was recorded that the tenant is to go. A restart finishes them. */
export function deletionSteps({
  context,
  pool,
}: Pick<DeleteServices, 'context' | 'pool'>): readonly Step<Deletion>[] {
  const { ports } = context;
  return [
    {
      name: 'close',
      title: 'End its sessions and close its database',
      run: ({ tenantId }) => pool.close(tenantId),
    },
    {
      name: 'key',
      title: 'Destroy its key: from here on nobody can read it',
      async run({ tenantId }) {
        await ports.keystore.destroyKey({ kind: 'tenant-next', tenantId });
        await ports.keystore.destroyKey({ kind: 'tenant', tenantId });
        await ports.keystore.removeSecret({ kind: 'checkpoint', owner: tenantId });
      },
    },
    {
      name: 'files',
      title: 'Remove its database and files',
      async run(work) {
        const removed = await ports.files.remove(tenantFolder(work.tenantId));
        work.files += removed.files;
        work.bytes += removed.bytes;
      },
    },
  ];
}

/**
 * Deletes a tenant: its key first, then its files, then its record. What remains is that it was there.
 * @throws ConsoleError CONFIRMATION_MISMATCH, TENANT_NOT_READY; later problems are left to the next start
 */
export async function deleteTenant(
  services: DeleteServices,
  id: string,
  confirmName: string,
  call: Call,
): Promise<DeletionRecord> {
  const { context, records, journal, progress, running } = services;
  const record = records.require(id);
  if (record.state === 'provisioning') throw new ConsoleError('TENANT_NOT_READY');
  if (confirmName !== record.name) throw new ConsoleError('CONFIRMATION_MISMATCH');
  if (running.has(id) || context.rotating.has(id)) throw new ConsoleError('TENANT_NOT_READY');
  running.add(id);
  try {
    if (record.state !== 'deleting') await requireConsent(services, record, 'tenant-delete', call);
    const doer = call.by();
    const by = doer.actor;
    const keyFingerprint = record.keyFingerprint ?? '';
    const resumed = await entryOf(journal, id);
    const counted = wasNothingRemoved(resumed);
    const facts = { name: record.name, by, keyFingerprint };
    const work = {
      tenantId: id,
      name: record.name,
      doer,
      by,
      keyFingerprint,
      counted,
      files: 0,
      bytes: 0,
    };
    const journalId = resumed?.id ?? context.newId();
    if (record.state !== 'deleting') {
      const { next, statement } = records.update(record, { state: 'deleting' });
      await context.store.write({
        statements: [statement],
        rows: [journal.opening(journalId, id, 'delete', facts)],
        events: [call.event({ target: id, outcome: 'intent' })],
      });
      records.keep(next);
      await context.ports.reach?.('delete.recorded');
    }
    progress.begin(id, 'delete', deletionSteps(services));
    return await runDeletion(services, { ...work, journalId });
  } finally {
    running.delete(id);
  }
}

/** The entry of a deletion that failed and is tried again. */
async function entryOf(journal: Journal, tenantId: string): Promise<Unfinished | null> {
  const entries = await journal.unfinished();
  return entries.find((entry) => entry.tenantId === tenantId && entry.operation === 'delete') ?? null;
}

/** Once its key was destroyed its files may be gone in part: those that are left are not all there were. */
function wasNothingRemoved(entry: Unfinished | null): boolean {
  return entry === null || entry.step === null || entry.step === 'close';
}

async function runDeletion(services: DeleteServices, work: Deletion): Promise<DeletionRecord> {
  const { context, journal, progress } = services;
  try {
    for (const step of deletionSteps(services)) {
      progress.step(work.tenantId, step.name, 'running');
      await step.run(work);
      await context.ports.reach?.(`delete.${step.name}.ran`);
      await journal.completed(work.journalId, step.name, {
        at: context.ports.clock.now(),
        event: 'tenant.deletion-step',
        ...work.doer,
        target: work.tenantId,
        outcome: 'done',
        detail: { step: step.name },
      });
      await context.ports.reach?.(`delete.${step.name}.recorded`);
      progress.step(work.tenantId, step.name, 'done');
    }
    const deletion = await dropRecord(services, work);
    progress.end(work.tenantId, 'done', null);
    return deletion;
  } catch (problem) {
    progress.end(work.tenantId, 'failed', 'A step failed; the next start of the console goes on with it.');
    throw problem;
  }
}

async function dropRecord(
  { context, records, journal, quarantine, demands, signOnRoutes }: DeleteServices,
  work: Deletion,
): Promise<DeletionRecord> {
  const { ports, census } = context;
  const deletedAt = ports.clock.now();
  const leaving = await quarantine.leaving(work.tenantId);
  const demanded = demands.leaving(work.tenantId);
  const routes = signOnRoutes.leaving(work.tenantId);
  const certificate = context.statementKeys.signer().sign({
    kind: 'tenant-deletion',
    tenantId: work.tenantId,
    name: work.name,
    deletedAt,
    deletedBy: work.by,
    keyFingerprint: work.keyFingerprint,
    keyDestroyed: true,
    filesRemoved: work.counted ? work.files : null,
    bytesRemoved: work.counted ? work.bytes : null,
  });
  const write: Write = {
    statements: [
      { sql: 'DELETE FROM tenants WHERE id = ?', params: [work.tenantId], expect: 1 },
      { sql: 'DELETE FROM tenant_hours WHERE tenant_id = ?', params: [work.tenantId] },
      journal.close(work.journalId, 'done', null),
      ...leaving.statements,
      ...demanded.statements,
      ...routes.statements,
    ],
    rows: [
      {
        into: INSERT,
        rows: [[work.tenantId, work.name, deletedAt, 1, work.files, work.bytes, JSON.stringify(certificate)]],
      },
    ],
    events: [
      {
        at: deletedAt,
        event: 'tenant.deleted',
        ...work.doer,
        target: work.tenantId,
        outcome: 'done',
        detail: { files: work.files, bytes: work.bytes, keyDestroyed: true },
      },
    ],
  };
  await census.write(
    { tenants: -1, settings: leaving.settings + demanded.settings + routes.settings },
    write,
  );
  quarantine.forget(work.tenantId);
  demands.forget(work.tenantId);
  records.forget(work.tenantId);
  signOnRoutes.forget(work.tenantId);
  await ports.reach?.('delete.dropped');
  return {
    tenantId: work.tenantId,
    name: work.name,
    deletedAt,
    keyDestroyed: true,
    filesRemoved: work.files,
    bytesRemoved: work.bytes,
    certificate,
  };
}

/** Finishes a deletion that a kill interrupted. */
export async function finishInterruptedDeletion(
  services: DeleteServices,
  unfinished: Unfinished,
): Promise<void> {
  await runDeletion(services, {
    journalId: unfinished.id,
    tenantId: unfinished.tenantId,
    name: String(unfinished.facts.name ?? ''),
    doer: { actor: 'system:journal' },
    by: String(unfinished.facts.by ?? 'system:journal'),
    keyFingerprint: String(unfinished.facts.keyFingerprint ?? ''),
    counted: wasNothingRemoved(unfinished),
    files: 0,
    bytes: 0,
  });
}
