import { type AuditFilePiece, ConsoleError, type tenantContract } from '../../../contract';
import type { Handlers } from '../../door';
import { type AuditTrail, createAuditService, createAuditStream } from '../../mechanism/audit';
import { exportDetail } from '../../mechanism/export';
import type { RuntimeContext } from '../context';
import { createRetention } from './retention';

/** What a segment's file is sent in. */
const PIECE = 256 * 1024;

/** The tenant's audit chain: its events, the proof of each, its verification, its export, and how long it is kept. */
export function createAudit(context: RuntimeContext, trail: AuditTrail) {
  const { store, clock, names, closing } = context;
  const service = createAuditService({ trail, store, clock, names, closing });
  const retention = createRetention(context, trail);
  const { origin } = trail.live();
  const stream = createAuditStream({ ...context, origin });

  async function* pieces(text: string, events: number): AsyncGenerator<AuditFilePiece> {
    for (let from = 0; from < text.length; from += PIECE) {
      yield { text: text.slice(from, from + PIECE), events, total: events };
    }
  }

  const handlers: Handlers<(typeof tenantContract)['audit']> = {
    state: () => service.state(),
    events: (page) => service.events(page),
    exportEvents: ({ format, ...filter }, call) =>
      service.exportEvents(call.event({ detail: exportDetail(format, filter) }), filter, format, call.signal),
    event: ({ sequence }) => service.evidence(sequence),
    verify: (_input, call) => service.verify(call.event(), call.signal),
    export: ({ format }, call) => service.export(call.event({ detail: { format } }), format, call.signal),

    async retention() {
      const segments = await retention.segments();
      return {
        keepDays: await retention.keepDays(),
        segments: segments.map(({ file: _file, ...each }) => each),
      };
    },

    async setRetention({ keepDays }, call) {
      const before = await retention.keepDays();
      await store.write({
        statements: [
          { sql: 'INSERT OR REPLACE INTO audit_retention (id, keep_days) VALUES (1, ?)', params: [keepDays] },
        ],
        events: [
          call.event({
            detail: { before, after: keepDays },
            change: { before: { keepDays: before }, after: { keepDays } },
          }),
        ],
      });
      retention.runSoon();
      return { keepDays };
    },

    async stream() {
      return { stream: await stream.state() };
    },

    async setStream({ server }, call) {
      const target = server && `${server.host}:${server.port}`;
      const kept = await stream.state();
      const before = kept && { host: kept.host, port: kept.port, authority: kept.authority };
      await stream.set(server, call.event({ target, change: { before, after: server } }));
      return {};
    },

    async segment({ through }, call) {
      const segment = (await retention.segments()).find((each) => each.through === through);
      if (!segment) throw new ConsoleError('NOT_FOUND');
      const text = await retention.read(segment.file);
      await store.write({ events: [call.event({ target: String(through) })] });
      return pieces(text, segment.through - segment.from + 1);
    },
  };
  return { handlers, retention, stream };
}
