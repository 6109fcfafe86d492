import type { tenantContract } from '../../../contract';
import type { Handlers } from '../../door';
import { type AuditTrail, createAuditService } from '../../mechanism/audit';
import type { RuntimeContext } from '../context';

/** The tenant's audit chain: its events, the proof of each, its verification and its export. */
export function createAudit(
  { store, clock, names, closing }: RuntimeContext,
  trail: AuditTrail,
): Handlers<(typeof tenantContract)['audit']> {
  const service = createAuditService({ trail, store, clock, names, closing });
  return {
    state: () => service.state(),
    events: (page) => service.events(page),
    event: ({ sequence }) => service.evidence(sequence),
    verify: (_input, call) => service.verify(call.event(), call.signal),
    export: ({ format }, call) => service.export(call.event({ detail: { format } }), format, call.signal),
  };
}
