import type { EgressAttempt, tenantContract } from '../../../contract';
import type { Handlers } from '../../door';
import {
  EXPORT_PAGE,
  type ExportColumn,
  exportDetail,
  exportRecords,
  isoTime,
  pagesOf,
} from '../../mechanism/export';
import { readAttempts } from '../../mechanism/ledger';
import type { Consents } from '../approvals';
import type { RuntimeContext } from '../context';

const ATTEMPT_COLUMNS: readonly ExportColumn<EgressAttempt>[] = [
  { name: 'id', cell: ({ id }) => id },
  { name: 'time', cell: ({ at }) => isoTime(at) },
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

/** What the Isolation of a tenant shows: where its connections went. */
export function createIsolation(
  context: RuntimeContext,
  consents: Consents,
): Handlers<(typeof tenantContract)['isolation']> {
  const { store } = context;

  return {
    ledger: (page) => readAttempts(store, page),

    async exportLedger({ format, ...filter }, call) {
      const statements = await consents.consent('decrypted-export', call);
      await store.write({ statements, events: [call.event({ detail: exportDetail(format, filter) })] });
      const signal = AbortSignal.any([call.signal, context.closing]);
      const pages = pagesOf(async (cursor) => {
        const { attempts, next } = await readAttempts(store, { ...filter, limit: EXPORT_PAGE, cursor });
        return { items: attempts, next };
      }, signal);
      return exportRecords(format, ATTEMPT_COLUMNS, pages);
    },
  };
}
