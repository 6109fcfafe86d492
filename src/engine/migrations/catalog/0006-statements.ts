import type { Migration } from '../../mechanism/store';

/** Deletions keep their signed certificate; the keys that sign have versions, of which the keychain's key makes each. */
export const statements: Migration = {
  version: 6,
  name: 'statements',
  statements: [
    'ALTER TABLE deletions ADD COLUMN certificate TEXT',
    `CREATE TABLE statement_keys (
       version INTEGER PRIMARY KEY,
       since INTEGER NOT NULL,
       until INTEGER
     ) STRICT`,
  ],
};
