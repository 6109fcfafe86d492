import { CREDENTIALS_SCHEMA } from '../../mechanism/credentials';
import type { Migration } from '../../mechanism/store';

/** Second factors, earlier passwords and managed sessions of members; the policy that an administrator sets. */
export const accounts: Migration = {
  version: 8,
  name: 'accounts',
  statements: [
    ...CREDENTIALS_SCHEMA,
    `CREATE TABLE policies (
       name TEXT PRIMARY KEY,
       value TEXT NOT NULL,
       revision INTEGER NOT NULL,
       changed_at INTEGER NOT NULL
     ) STRICT`,
  ],
};
