import type { Migration } from '../../mechanism/store';

/** When a tenant was asked last, and not only in which hour. */
export const lastQuery: Migration = {
  version: 11,
  name: 'last query',
  statements: ['ALTER TABLE tenant_hours ADD COLUMN last_at INTEGER'],
};
