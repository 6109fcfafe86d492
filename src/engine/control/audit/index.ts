import { ConsoleError, type installationContract } from '../../../contract';
import type { Handlers } from '../../door';
import { type AuditTrail, createAuditService } from '../../mechanism/audit';
import { readCheckpoint } from '../../mechanism/chain';
import { exportDetail } from '../../mechanism/export';
import type { ControlContext } from '../context';
import { readOperatorNames } from '../operators';

/** The installation's audit chain: its events, the proof of each, its verification and its export. */
export function createAudit(
  context: ControlContext,
  trail: AuditTrail,
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
      service.exportEvents(call.event({ detail: exportDetail(format, filter) }), filter, format, call.signal),
    event: ({ sequence }) => service.evidence(sequence),
    verify: (_input, call) => service.verify(call.event(), call.signal),
    export: ({ format }, call) => service.export(call.event({ detail: { format } }), format, call.signal),

    async acceptOlder({ id, reason }, call) {
      const [tenant] = await store.read("SELECT 1 FROM tenants WHERE id = ? AND state = 'active'", [id]);
      if (!tenant) throw new ConsoleError('NOT_FOUND');
      const { keystore } = context.ports;
      const name = { kind: 'checkpoint', owner: id } as const;
      const text = await keystore.readSecret(name);
      const kept = text === null ? null : readCheckpoint(text);
      if (text === null) throw new ConsoleError('CONFLICT', { reason: 'No checkpoint of it is kept.' });
      const detail = { reason, checkpoint: kept?.size ?? null, head: kept?.head ?? null };
      await store.write({ events: [call.event({ target: id, outcome: 'intent', detail })] });
      await keystore.removeSecret(name);
      await store.write({ events: [call.event({ target: id, detail })] });
      return {};
    },
  };
}
