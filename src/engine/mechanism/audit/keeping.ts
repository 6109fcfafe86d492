import {
  type AuditFilePiece,
  type AuditSegment,
  type AuditStreamState,
  ConsoleError,
} from '../../../contract';
import type { Statement } from '../../ports';
import type { AuditDraft } from '../chain';
import type { EgressBroker } from '../egress';
import { type AuditRetention, createRetention, type RetentionParts } from './retention';
import { type AuditStream, createAuditStream, type SyslogServer } from './stream';

/** What a segment's file is sent in. */
const PIECE = 256 * 1024;

/** Makes the event of a call that changes how a chain is kept. */
type Note = (parts?: {
  target?: string | null;
  detail?: AuditDraft['detail'];
  change?: { before: object | null; after: object | null };
}) => AuditDraft;

interface KeepingParts extends RetentionParts {
  readonly egress: Pick<EgressBroker, 'connect'>;
}

/** How long the events of a chain stay in the database, and where they are streamed to. */
export interface AuditKeeping {
  read(): Promise<{ keepDays: number | null; segments: AuditSegment[] }>;
  setRetention(keepDays: number | null, note: Note): Promise<{ keepDays: number | null }>;
  streamState(): Promise<{ stream: AuditStreamState | null }>;
  setStream(server: SyslogServer | null, note: Note): Promise<Record<string, never>>;
  /** A pruned segment as a file. @param consent uses up the word that it takes @throws ConsoleError NOT_FOUND */
  segment(
    through: number,
    note: Note,
    consent?: readonly Statement[],
  ): Promise<AsyncGenerator<AuditFilePiece>>;
  /** Prunes and streams from now on, until it is stopped. */
  start(): () => void;
  readonly retention: AuditRetention;
  readonly stream: AuditStream;
}

export function createAuditKeeping(parts: KeepingParts): AuditKeeping {
  const { store, trail } = parts;
  const retention = createRetention(parts);
  const stream = createAuditStream({ ...parts, origin: trail.live().origin });

  async function* pieces(text: string, events: number): AsyncGenerator<AuditFilePiece> {
    for (let from = 0; from < text.length; from += PIECE) {
      yield { text: text.slice(from, from + PIECE), events, total: events };
    }
  }

  return {
    retention,
    stream,
    async read() {
      const segments = await retention.segments();
      return {
        keepDays: await retention.keepDays(),
        segments: segments.map(({ file: _file, ...each }) => each),
      };
    },

    async setRetention(keepDays, note) {
      const before = await retention.keepDays();
      await store.write({
        statements: [
          { sql: 'INSERT OR REPLACE INTO audit_retention (id, keep_days) VALUES (1, ?)', params: [keepDays] },
        ],
        events: [
          note({
            detail: { before, after: keepDays },
            change: { before: { keepDays: before }, after: { keepDays } },
          }),
        ],
      });
      retention.runSoon();
      return { keepDays };
    },

    streamState: async () => ({ stream: await stream.state() }),

    async setStream(server, note) {
      const target = server && `${server.host}:${server.port}`;
      const kept = await stream.state();
      const before = kept && { host: kept.host, port: kept.port, authority: kept.authority };
      await stream.set(server, note({ target, change: { before, after: server } }));
      return {};
    },

    async segment(through, note, consent = []) {
      const segment = (await retention.segments()).find((each) => each.through === through);
      if (!segment) throw new ConsoleError('NOT_FOUND');
      const text = await retention.read(segment.file);
      await store.write({ statements: consent, events: [note({ target: String(through) })] });
      return pieces(text, segment.through - segment.from + 1);
    },

    start() {
      const stops = [retention.start(), stream.start()];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
