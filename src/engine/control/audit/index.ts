import type { installationContract } from '../../../contract';
import type { Handlers } from '../../door';
import { type AuditTrail, createAuditService } from '../../mechanism/audit';
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
    event: ({ sequence }) => service.evidence(sequence),
    verify: (_input, call) => service.verify(call.event(), call.signal),
    export: ({ format }, call) => service.export(call.event({ detail: { format } }), format, call.signal),
  };
}
