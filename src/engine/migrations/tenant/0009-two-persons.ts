import { APPROVALS_SCHEMA } from '../../mechanism/approvals';
import type { Migration } from '../../mechanism/store';

/** The word of a second person, and the grants under which an operator reads conversations. */
export const twoPersons: Migration = {
  version: 9,
  name: 'two persons',
  statements: [
    ...APPROVALS_SCHEMA,
    `CREATE TABLE break_glass_grants (
       id TEXT PRIMARY KEY,
       operator_id TEXT NOT NULL,
       reason TEXT NOT NULL,
       begun_at INTEGER NOT NULL,
       expires_at INTEGER NOT NULL,
       ended_at INTEGER,
       ended_by TEXT,
       views INTEGER NOT NULL DEFAULT 0
     ) STRICT`,
    'CREATE INDEX break_glass_by_end ON break_glass_grants (expires_at)',
  ],
};
