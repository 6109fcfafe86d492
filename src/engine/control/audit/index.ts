import { ConsoleError, type installationContract, isConsoleError } from '../../../contract';
import type { Handlers } from '../../door';
import { type AuditKeeping, type AuditTrail, createAuditService } from '../../mechanism/audit';
import { readCheckpoint } from '../../mechanism/chain';
import { exportDetail } from '../../mechanism/export';
import type { ControlContext } from '../context';
import { readOperatorNames } from '../operators';
import type { TenantPool, TenantRecord, Tenants } from '../tenants';

/** The installation's audit chain: its events, the proof of each, its verification and its export. */
export function createAudit(
  context: ControlContext,
  trail: AuditTrail,
  { pool, records }: Tenants,
  keeping: AuditKeeping,
): Handlers<(typeof installationContract)['audit']> {
  const { store, closing } = context;
  const names = {
    async ofActors() {
      const operators = await readOperatorNames(context);
      return (actor: string) => {
        if (actor.startsWith('system')) return 'Console';
        const id = actor.slice(actor.indexOf(':') + 1);
        return operators.get(id) ?? (actor.startsWith('unknown') ? 'Not signed in' : 'Removed person');
      };
    },
    async find(text: string) {
      const wanted = text.toLowerCase();
      const operators = await readOperatorNames(context);
      return [...operators].filter(([, name]) => name.toLowerCase().includes(wanted)).map(([id]) => id);
    },
  };
  const service = createAuditService({ trail, store, clock: context.ports.clock, names, closing });
  return {
    state: () => service.state(),
    events: (page) => service.events(page),
    exportEvents: ({ format, ...filter }, call) =>
      service.exportEvents(
        { events: [call.event({ detail: exportDetail(format, filter) })] },
        filter,
        format,
        call.signal,
      ),
    event: ({ sequence }) => service.evidence(sequence),
    verify: (_input, call) => service.verify(call.event(), call.signal),
    export: ({ format }, call) =>
      service.export({ events: [call.event({ detail: { format } })] }, format, call.signal),

    retention: () => keeping.read(),
    setRetention: ({ keepDays }, call) => keeping.setRetention(keepDays, call.event),
    stream: () => keeping.streamState(),
    setStream: ({ server }, call) => keeping.setStream(server, call.event),
    segment: ({ through }, call) => keeping.segment(through, call.event),

    async acceptOlder({ id, reason }, call) {
      const record = records.find(id);
      if (record?.state !== 'active') throw new ConsoleError('NOT_FOUND');
      await requireOlder(pool, record);
      const { keystore } = context.ports;
      const name = { kind: 'checkpoint', owner: id } as const;
      const text = await keystore.readSecret(name);
      const kept = text === null ? null : readCheckpoint(text);
      if (text === null) throw new ConsoleError('CONFLICT', { reason: 'No checkpoint of it is kept.' });
      const detail = { reason, checkpoint: kept?.size ?? null, head: kept?.head ?? null };
      await store.write({ events: [call.event({ target: id, outcome: 'intent', detail })] });
      await keystore.removeSecret(name);
      pool.forgetFailure(id);
      await store.write({ events: [call.event({ target: id, detail })] });
      return {};
    },
  };
}

/** Only an older state is accepted: a chain that was edited stays shut. */
async function requireOlder(pool: TenantPool, record: TenantRecord): Promise<void> {
  try {
    await pool.use(record, async () => undefined);
  } catch (problem) {
    if (isConsoleError(problem) && problem.code === 'AUDIT_TRUNCATED') return;
    throw problem;
  }
  throw new ConsoleError('CONFLICT', { reason: 'The database is not an older one than was signed.' });
}
