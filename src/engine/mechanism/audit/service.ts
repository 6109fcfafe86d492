import type {
  AuditEventView,
  AuditEvidence,
  AuditFileFormat,
  AuditFilePiece,
  AuditFilter,
  AuditState,
  AuditVerification,
  ExportFormat,
  ExportPiece,
} from '../../../contract';
import type { Clock } from '../../ports';
import { type AuditDraft, detailText, faultWords, readDetail } from '../chain';
import { EXPORT_PAGE, type ExportColumn, exportRecords, isoTime, pagesOf } from '../export';
import { readAuditEvents } from '../ledger';
import type { Store, Write } from '../store';
import { exportChain } from './exporting';
import type { AuditTrail } from './trail';
import { verifyLive } from './verify';

const EVENT_COLUMNS: readonly ExportColumn<AuditEventView>[] = [
  { name: 'sequence', cell: ({ sequence }) => sequence },
  { name: 'time', cell: ({ at }) => isoTime(at) },
  { name: 'at', cell: ({ at }) => at },
  { name: 'event', cell: ({ event }) => event },
  { name: 'actor', cell: ({ actor }) => actor },
  { name: 'actor_name', cell: ({ actorName }) => actorName },
  { name: 'target', cell: ({ target }) => target },
  { name: 'outcome', cell: ({ outcome }) => outcome },
  { name: 'from', cell: ({ origin }) => origin.from },
  { name: 'acting_as', cell: ({ origin }) => origin.as },
  { name: 'session', cell: ({ origin }) => origin.session },
  { name: 'api_key', cell: ({ origin }) => origin.key },
  { name: 'grant', cell: ({ origin }) => origin.grant },
  { name: 'approval', cell: ({ origin }) => origin.approval },
  { name: 'request', cell: ({ origin }) => origin.request },
  { name: 'hash_before', cell: ({ origin }) => origin.before },
  { name: 'hash_after', cell: ({ origin }) => origin.after },
  { name: 'detail', cell: detailText },
  { name: 'previous_hash', cell: ({ previousHash }) => previousHash },
  { name: 'hash', cell: ({ hash }) => hash },
];

/** What can be asked of one audit trail, be it a tenant's or the installation's. */
export interface AuditService {
  state(): Promise<AuditState>;
  events(
    page: AuditFilter & { limit: number; cursor?: string | undefined },
  ): Promise<{ events: AuditEventView[]; next: string | null }>;
  /** @param first is written before a byte leaves: that they are exported, and the word it takes */
  exportEvents(
    first: Write,
    filter: AuditFilter,
    format: ExportFormat,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<ExportPiece>>;
  /** @throws ConsoleError NOT_FOUND, AUDIT_BROKEN */
  evidence(sequence: number): Promise<AuditEvidence>;
  /** @param draft says in the chain that it is verified */
  verify(draft: AuditDraft, signal: AbortSignal): Promise<AsyncGenerator<AuditVerification>>;
  /** @param first is written before a byte leaves: that it is exported, and the word it takes */
  export(first: Write, format: AuditFileFormat, signal: AbortSignal): Promise<AsyncGenerator<AuditFilePiece>>;
}

interface ServiceParts {
  readonly trail: AuditTrail;
  readonly store: Store;
  readonly clock: Clock;
  /** Looks up the names to show; the chain holds ids alone. */
  readonly names: {
    ofActors(actors: readonly string[]): Promise<(actor: string) => string>;
    find(text: string): Promise<string[]>;
  };
  /** Aborts when the store is about to close. */
  readonly closing: AbortSignal;
}

export function createAuditService({ trail, store, clock, names, closing }: ServiceParts): AuditService {
  async function* verifying(signal: AbortSignal): AsyncGenerator<AuditVerification> {
    const chain = trail.live();
    const total = chain.through - (chain.from?.sequence ?? 0);
    yield { checked: 0, total, verdict: null };
    const walk = verifyLive(chain, signal);
    let step = await walk.next();
    let checked = 0;
    for (; !step.done; step = await walk.next()) {
      checked = step.value;
      yield { checked, total, verdict: null };
    }
    const found = step.value;
    const verdict = found.ok
      ? {
          ok: true,
          sequence: null,
          words: 'Every event is as it was signed.',
          checkpoints: found.checkpoints,
        }
      : { ok: false, sequence: found.sequence, words: faultWords(found), checkpoints: found.checkpoints };
    yield { checked: found.ok ? total : checked, total, verdict };
  }

  /** A reader of pages: the names that the filter means are looked up once. */
  async function eventReader(filter: AuditFilter) {
    const actorIds = filter.actor === '' ? [] : await names.find(filter.actor);
    return async (limit: number, cursor: string | undefined) => {
      const page = await readAuditEvents(store, { ...filter, actorIds, limit, cursor });
      const nameOf = await names.ofActors(page.events.map(({ actor }) => actor));
      const events = page.events.map((event) => ({ ...event, actorName: nameOf(event.actor) }));
      return { events, next: page.next };
    };
  }

  return {
    state: () => trail.state(),

    async events({ limit, cursor, ...filter }) {
      const read = await eventReader(filter);
      return read(limit, cursor);
    },

    async exportEvents(first, filter, format, signal) {
      await store.write(first);
      const read = await eventReader(filter);
      const pages = pagesOf(
        async (cursor) => {
          const { events, next } = await read(EXPORT_PAGE, cursor);
          return { items: events, next };
        },
        AbortSignal.any([signal, closing]),
      );
      return exportRecords(format, EVENT_COLUMNS, pages);
    },

    async evidence(sequence) {
      const { record, ...proof } = await trail.evidence(sequence);
      const { body, previousHash, hash } = record;
      const nameOf = await names.ofActors([body.actor]);
      const own = readDetail(body.detail);
      const event = { ...body, sequence, previousHash, hash, ...own, actorName: nameOf(body.actor) };
      return { event, ...proof };
    },

    async verify(draft, signal) {
      await store.write({ events: [draft] });
      return verifying(AbortSignal.any([signal, closing]));
    },

    async export(first, format, signal) {
      await store.write(first);
      const closingCheckpoint = await trail.checkpoint();
      if (!closingCheckpoint) throw new Error('the chain has no event after one was written');
      const chain = { ...trail.exported(), closing: closingCheckpoint, at: clock.now() };
      return exportChain(format, chain, AbortSignal.any([signal, closing]));
    },
  };
}
