import { ConsoleError, isConsoleError } from '../../../contract';
import type { AuditDoer } from '../../mechanism/chain';
import { type Rekeying, StoreError } from '../../ports';
import { KEY_CHANGE_PROBES, type RuntimeHandle } from '../../tenant';
import type { ControlContext } from '../context';
import {
  fingerprintOf,
  type Journal,
  type ProgressBoard,
  readNextKey,
  type Step,
  type TenantPool,
  type TenantRecord,
  type TenantRecords,
  tenantDatabase,
  type Unfinished,
} from '../tenants';

/** What the steps of a rotation hand on. */
interface Rotation {
  readonly journalId: string;
  readonly tenantId: string;
  readonly doer: AuditDoer;
  readonly runtime: RuntimeHandle;
  readonly cancelled: AbortSignal;
  /** Fingerprint of the key that is rotated. */
  readonly from: string;
  key: Uint8Array | null;
  rekeying: Rekeying | null;
  pauseMs: number;
  /** From then on it can only be finished. */
  switching: boolean;
}

export interface RotateServices {
  readonly context: ControlContext;
  readonly records: TenantRecords;
  readonly journal: Journal;
  readonly progress: ProgressBoard;
  readonly pool: TenantPool;
}

/** Where the copy under the next key stands until the switch. */
function copyOf(tenantId: string): string {
  return `${tenantDatabase(tenantId)}.next`;
}

function required<Value>(value: Value | null): Value {
  if (value === null) throw new Error('the steps of a rotation are run in their order');
  return value;
}

/** The steps after it was recorded that a key is rotated. Before `switch` a restart undoes them, after it finishes them. */
export function rotationSteps(services: RotateServices): readonly Step<Rotation>[] {
  const { context, records, progress } = services;
  const { ports } = context;
  return [
    {
      name: 'key',
      title: 'Make the next key and put it into the keychain beside the present one',
      async run(work) {
        work.key = await ports.keystore.createKey({ kind: 'tenant-next', tenantId: work.tenantId });
      },
      undo: ({ tenantId }) => ports.keystore.destroyKey({ kind: 'tenant-next', tenantId }),
    },
    {
      name: 'wrap',
      title: 'Wrap the field keys under both keys',
      run: ({ runtime, key, doer }) => runtime.keys.prepare(required(key), doer),
      undo: ({ runtime, doer, cancelled }) =>
        runtime.keys.drop(doer, cancelled.aborted ? 'cancelled' : 'failed'),
    },
    {
      name: 'copy',
      title: 'Copy the database under the next key while queries go on',
      async run(work) {
        await removeCopy(context, work.tenantId);
        const file = ports.files.absolute(copyOf(work.tenantId));
        work.rekeying = work.runtime.keys.rekey(file, required(work.key));
        await work.rekeying.copy((share) => progress.share(work.tenantId, 'copy', share), work.cancelled);
      },
      async undo({ rekeying, tenantId }) {
        await rekeying?.abandon();
        await removeCopy(context, tenantId);
      },
    },
    {
      name: 'verify',
      title: 'Verify the copy: every page, the rows of each table, the head of the audit chain',
      run: ({ rekeying, cancelled }) => required(rekeying).verify(KEY_CHANGE_PROBES, cancelled),
    },
    {
      name: 'switch',
      title: 'Pause writers and put the copy in the place of the database',
      async run(work) {
        work.switching = true;
        const { pauseMs } = await required(work.rekeying).switch(
          async () => await ports.reach?.('rotate.switch.paused'),
        );
        work.pauseMs = pauseMs;
        progress.paused(work.tenantId, pauseMs);
      },
    },
    {
      name: 'catalogue',
      title: 'Record the fingerprint of the new key',
      run: ({ tenantId, key, doer }) =>
        recordKey(context, records, records.require(tenantId), required(key), doer),
    },
    {
      name: 'settle',
      title: 'Keep the field keys under the new key alone',
      run: ({ runtime, key, doer, pauseMs }) => runtime.keys.settle(required(key), doer, pauseMs),
    },
    {
      name: 'destroy',
      title: 'Destroy the old key',
      run: ({ tenantId }) => ports.keystore.adoptNextKey({ kind: 'tenant', tenantId }),
    },
  ];
}

async function removeCopy({ ports }: ControlContext, tenantId: string): Promise<void> {
  for (const part of ['', '-wal', '-shm', '-journal']) {
    await ports.files.remove(`${copyOf(tenantId)}${part}`);
  }
}

async function recordKey(
  context: ControlContext,
  records: TenantRecords,
  record: TenantRecord,
  key: Uint8Array,
  doer: AuditDoer,
): Promise<void> {
  const { next, statement } = records.update(record, {
    keyFingerprint: fingerprintOf(key),
    keyCreatedAt: context.ports.clock.now(),
  });
  await context.store.write({
    statements: [statement],
    events: [rotationEvent(context, doer, record.id, 'done', { fingerprint: fingerprintOf(key) })],
  });
  records.keep(next);
}

function rotationEvent(
  { ports }: ControlContext,
  doer: AuditDoer,
  target: string,
  outcome: 'intent' | 'done' | 'failed',
  detail: Readonly<Record<string, string | number>>,
) {
  return { at: ports.clock.now(), event: 'tenant-key.rotated', ...doer, target, outcome, detail };
}

/** A rotation that goes on. */
export interface RunningRotation {
  /** Resolves when it has ended, whatever way. */
  readonly ended: Promise<void>;
  /** @returns false when the switch has begun: then it is finished */
  cancel(): boolean;
}

/**
 * Records that a key is rotated and begins. Resolves once that is durable; the steps go on by themselves.
 * @param doer who has it rotated
 * @throws ConsoleError CONFLICT while it is rotated already, TENANT_SUSPENDED and what opening a tenant throws
 */
export async function beginRotation(
  services: RotateServices,
  id: string,
  doer: AuditDoer,
): Promise<RunningRotation> {
  const { context, records, journal, progress, pool } = services;
  const record = records.require(id);
  if (context.rotating.has(id)) {
    throw new ConsoleError('CONFLICT', { reason: 'The key of this tenant is being rotated already.' });
  }
  context.rotating.add(id);
  const started = Promise.withResolvers<void>();
  const stop = new AbortController();
  let work: Rotation | null = null;
  const ended = pool
    .use(record, async (runtime) => {
      const journalId = context.newId();
      const from = record.keyFingerprint ?? '';
      await context.store.write({
        rows: [journal.opening(journalId, id, 'rotate-key', { from })],
        events: [rotationEvent(context, doer, id, 'intent', { from })],
      });
      progress.begin(id, 'rotate-key', rotationSteps(services));
      await context.ports.reach?.('rotate.recorded');
      started.resolve();
      const common = { journalId, tenantId: id, doer, runtime, from, cancelled: stop.signal };
      work = { ...common, key: null, rekeying: null, pauseMs: 0, switching: false };
      await runRotation(services, work);
    })
    .catch((problem: unknown) => started.reject(problem))
    .finally(() => context.rotating.delete(id));
  await started.promise;
  return {
    ended,
    cancel() {
      if (work?.switching) return false;
      stop.abort(new ConsoleError('CANCELLED'));
      return true;
    },
  };
}

async function runRotation(services: RotateServices, work: Rotation): Promise<void> {
  const { context, journal, progress } = services;
  const done: Step<Rotation>[] = [];
  try {
    for (const step of rotationSteps(services)) {
      if (!work.switching) work.cancelled.throwIfAborted();
      done.unshift(step);
      progress.step(work.tenantId, step.name, 'running');
      await step.run(work);
      await context.ports.reach?.(`rotate.${step.name}.ran`);
      await journal.completed(work.journalId, step.name, {
        ...rotationEvent(context, work.doer, work.tenantId, 'done', { step: step.name }),
        event: 'tenant-key.rotation-step',
      });
      await context.ports.reach?.(`rotate.${step.name}.recorded`);
      progress.step(work.tenantId, step.name, 'done');
    }
    await close(services, work, 'done', null);
    await context.ports.reach?.('rotate.finished');
    progress.end(work.tenantId, 'done', null);
  } catch (problem) {
    await takeBack(services, work, done, problem);
  } finally {
    work.key?.fill(0);
  }
}

async function close(
  { context, journal }: RotateServices,
  work: Pick<Rotation, 'journalId' | 'tenantId' | 'doer'>,
  outcome: 'done' | 'failed',
  problem: string | null,
): Promise<void> {
  await context.store.write({
    statements: [journal.close(work.journalId, outcome, problem)],
    events: [
      {
        ...rotationEvent(context, work.doer, work.tenantId, outcome, {}),
        event: 'tenant-key.rotation-ended',
      },
    ],
  });
}

/** Undoes a rotation that did not come to its switch; one that did is decided by which key opens the database. */
async function takeBack(
  services: RotateServices,
  work: Rotation,
  done: readonly Step<Rotation>[],
  problem: unknown,
): Promise<void> {
  const { context, progress, pool } = services;
  const isCancelled = work.cancelled.aborted && !work.switching;
  if (!isCancelled) {
    context.ports.log.error('a key could not be rotated', problem, { tenant: work.tenantId });
  }
  const words = isCancelled ? 'It was cancelled; the key stays as it was.' : wordsOf(problem);
  try {
    if (work.switching) {
      await work.rekeying?.abandon();
      await pool.close(work.tenantId);
      const facts = { from: work.from };
      await endInterrupted(services, {
        ...work,
        id: work.journalId,
        operation: 'rotate-key',
        step: null,
        facts,
      });
    } else {
      for (const step of done) {
        await step.undo?.(work);
        progress.step(work.tenantId, step.name, 'undone');
      }
      await close(services, work, 'failed', words);
    }
  } catch (second) {
    context.ports.log.error('a rotation could not be ended; the next start goes on', second, {
      tenant: work.tenantId,
    });
  }
  progress.end(work.tenantId, isCancelled ? 'cancelled' : 'failed', words);
}

function wordsOf(problem: unknown): string {
  if (isConsoleError(problem)) return problem.detail.reason ?? problem.message;
  if (problem instanceof StoreError && problem.problem === 'full')
    return 'The disk has no room for the copy.';
  if (problem instanceof StoreError && problem.problem === 'damaged')
    return 'The copy was not the same as the database.';
  return 'A step failed.';
}

/**
 * Ends a rotation that a kill interrupted: forward when the next key opens the database, back when the present one
 * does. One of the two always does.
 */
export async function endInterrupted(services: RotateServices, unfinished: Unfinished): Promise<void> {
  const { context, records } = services;
  const { keystore, files } = context.ports;
  const { id: journalId, tenantId } = unfinished;
  const work = { journalId, tenantId, doer: { actor: 'system:journal' } };
  const record = records.require(tenantId);
  const next = await readNextKey(keystore, tenantId);
  // As long as the copy is there it was not renamed, and the database is under the present key.
  const isSwitched =
    next !== null && !(await files.exists(copyOf(tenantId))) && (await opens(context, tenantId, next));
  if (next && isSwitched) {
    if (record.keyFingerprint !== fingerprintOf(next)) {
      await recordKey(context, records, record, next, work.doer);
    }
    next.fill(0);
    await keystore.adoptNextKey({ kind: 'tenant', tenantId });
    await close(services, work, 'done', null);
    return;
  }
  next?.fill(0);
  await removeCopy(context, tenantId);
  await keystore.destroyKey({ kind: 'tenant-next', tenantId });
  const wasFinished = unfinished.facts.from !== record.keyFingerprint;
  await close(
    services,
    work,
    wasFinished ? 'done' : 'failed',
    wasFinished ? null : 'The console was stopped.',
  );
}

/** Whether a key opens the database of a tenant that is not open. */
export async function opens({ ports }: ControlContext, tenantId: string, key: Uint8Array): Promise<boolean> {
  try {
    const file = ports.files.absolute(tenantDatabase(tenantId));
    await (await ports.tenantDriver.open(file, key)).close();
    return true;
  } catch (problem) {
    if (problem instanceof StoreError && problem.problem === 'wrong-key') return false;
    throw problem;
  }
}
