import type { tenantContract } from '../../../contract';
import type { Handlers } from '../../door';
import { type AuditTrail, createAuditKeeping, createAuditService } from '../../mechanism/audit';
import { exportDetail } from '../../mechanism/export';
import type { RuntimeContext } from '../context';

/** The tenant's audit chain: its events, the proof of each, its verification, its export, and how long it is kept. */
export function createAudit(context: RuntimeContext, trail: AuditTrail) {
  const { store, clock, names, closing } = context;
  const service = createAuditService({ trail, store, clock, names, closing });
  const keeping = createAuditKeeping({ ...context, trail });

  const handlers: Handlers<(typeof tenantContract)['audit']> = {
    state: () => service.state(),
    events: (page) => service.events(page),
    exportEvents: ({ format, ...filter }, call) =>
      service.exportEvents(call.event({ detail: exportDetail(format, filter) }), filter, format, call.signal),
    event: ({ sequence }) => service.evidence(sequence),
    verify: (_input, call) => service.verify(call.event(), call.signal),
    export: ({ format }, call) => service.export(call.event({ detail: { format } }), format, call.signal),

    retention: () => keeping.read(),
    setRetention: ({ keepDays }, call) => keeping.setRetention(keepDays, call.event),
    stream: () => keeping.streamState(),
    setStream: ({ server }, call) => keeping.setStream(server, call.event),
    segment: ({ through }, call) => keeping.segment(through, call.event),
  };
  return { handlers, keeping };
}
