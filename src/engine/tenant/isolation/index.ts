import type { tenantContract } from '../../../contract';
import type { Handlers } from '../../door';
import { readAuditPage, readLedgerPage } from '../../mechanism/ledger';
import type { RuntimeContext } from '../context';

/** What the Isolation of a tenant shows: where its connections went, and who did what. */
export function createIsolation({ store }: RuntimeContext): Handlers<(typeof tenantContract)['isolation']> {
  return {
    ledger: (page) => readLedgerPage(store, page),
    audit: (page) => readAuditPage(store, page),
  };
}
