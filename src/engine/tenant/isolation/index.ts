import type { AuditEventView, AuditFilter, EgressAttempt, tenantContract } from '../../../contract';
import type { Call, Handlers } from '../../door';
import { canonicalDetail } from '../../mechanism/chain';
import { type ExportColumn, exportRecords, pagesOf } from '../../mechanism/export';
import { readAttempts, readAuditEvents } from '../../mechanism/ledger';
import type { RuntimeContext } from '../context';

/** So many records are read at once for an export. */
const EXPORT_PAGE = 500;

const timeOf = (at: number): string => new Date(at).toISOString();

const ATTEMPT_COLUMNS: readonly ExportColumn<EgressAttempt>[] = [
  { name: 'id', cell: ({ id }) => id },
  { name: 'time', cell: ({ at }) => timeOf(at) },
  { name: 'at', cell: ({ at }) => at },
  { name: 'decision', cell: ({ decision }) => decision },
  { name: 'host', cell: ({ host }) => host },
  { name: 'port', cell: ({ port }) => port },
  { name: 'purpose', cell: ({ purpose }) => purpose },
  { name: 'rule', cell: ({ rule }) => rule },
  { name: 'place', cell: ({ place }) => place?.kind ?? null },
  { name: 'region', cell: ({ place }) => place?.region ?? null },
  { name: 'model', cell: ({ model }) => model },
];

const EVENT_COLUMNS: readonly ExportColumn<AuditEventView>[] = [
  { name: 'sequence', cell: ({ sequence }) => sequence },
  { name: 'time', cell: ({ at }) => timeOf(at) },
  { name: 'at', cell: ({ at }) => at },
  { name: 'event', cell: ({ event }) => event },
  { name: 'actor', cell: ({ actor }) => actor },
  { name: 'actor_name', cell: ({ actorName }) => actorName },
  { name: 'target', cell: ({ target }) => target },
  { name: 'outcome', cell: ({ outcome }) => outcome },
  { name: 'detail', cell: ({ detail }) => canonicalDetail(detail) },
  { name: 'previous_hash', cell: ({ previousHash }) => previousHash },
  { name: 'hash', cell: ({ hash }) => hash },
];

/** What the Isolation of a tenant shows: where its connections went, and who did what. */
export function createIsolation(context: RuntimeContext): Handlers<(typeof tenantContract)['isolation']> {
  const { store, names } = context;

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

  async function recordExport(call: Call, { format, ...filter }: { format: string }): Promise<AbortSignal> {
    const asked = Object.entries(filter).filter(([, value]) => value !== null && value !== '');
    const detail = { format, filter: asked.map(([name]) => name).join(' ') };
    await store.write({ events: [call.event({ detail })] });
    return AbortSignal.any([call.signal, context.closing]);
  }

  return {
    ledger: (page) => readAttempts(store, page),

    async audit({ limit, cursor, ...filter }) {
      const read = await eventReader(filter);
      return read(limit, cursor);
    },

    async exportLedger({ format, ...filter }, call) {
      const signal = await recordExport(call, { format, ...filter });
      const pages = pagesOf(async (cursor) => {
        const { attempts, next } = await readAttempts(store, { ...filter, limit: EXPORT_PAGE, cursor });
        return { items: attempts, next };
      }, signal);
      return exportRecords(format, ATTEMPT_COLUMNS, pages);
    },

    async exportAudit({ format, ...filter }, call) {
      const signal = await recordExport(call, { format, ...filter });
      const read = await eventReader(filter);
      const pages = pagesOf(async (cursor) => {
        const { events, next } = await read(EXPORT_PAGE, cursor);
        return { items: events, next };
      }, signal);
      return exportRecords(format, EVENT_COLUMNS, pages);
    },
  };
}
