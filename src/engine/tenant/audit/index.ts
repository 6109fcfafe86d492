import type { tenantContract } from '../../../contract';
import type { Call, Handlers } from '../../door';
import { type AuditTrail, createAuditKeeping, createAuditService } from '../../mechanism/audit';
import type { AuditDraft } from '../../mechanism/chain';
import { exportDetail } from '../../mechanism/export';
import type { Write } from '../../mechanism/store';
import type { Consents } from '../approvals';
import type { RuntimeContext } from '../context';

/** The tenant's audit chain: its events, the proof of each, its verification, its export, and how long it is kept. */
export function createAudit(context: RuntimeContext, trail: AuditTrail, consents: Consents) {
  const { store, clock, names, closing } = context;
  const service = createAuditService({ trail, store, clock, names, closing });
  const keeping = createAuditKeeping({ ...context, trail });

  /** What is written before the chain leaves in the clear: the event, and the word of a second person. */
  async function leaving(call: Call, detail: AuditDraft['detail']): Promise<Write> {
    const statements = await consents.consent('decrypted-export', call);
    return { statements, events: [call.event({ detail })] };
  }

  const handlers: Handlers<(typeof tenantContract)['audit']> = {
    state: () => service.state(),
    events: (page) => service.events(page),
    exportEvents: async ({ format, ...filter }, call) =>
      service.exportEvents(await leaving(call, exportDetail(format, filter)), filter, format, call.signal),
    event: ({ sequence }) => service.evidence(sequence),
    verify: (_input, call) => service.verify(call.event(), call.signal),
    export: async ({ format }, call) => service.export(await leaving(call, { format }), format, call.signal),

    retention: () => keeping.read(),
    setRetention: ({ keepDays }, call) => keeping.setRetention(keepDays, call.event),
    stream: () => keeping.streamState(),
    setStream: ({ server }, call) => keeping.setStream(server, call.event),
    segment: async ({ through }, call) => {
      const consent = await consents.consent('decrypted-export', call);
      return keeping.segment(through, call.event, consent);
    },
  };
  return { handlers, keeping };
}
