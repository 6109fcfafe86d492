import { SIGN_IN_FAILURES_SCHEMA } from '../limiter';
import { SESSIONS_MANAGED_SCHEMA } from '../sessions';

/** What joins both kinds of store for accounts: earlier passwords, second factors, sessions that can be managed. */
export const CREDENTIALS_SCHEMA: readonly string[] = [
  ...SESSIONS_MANAGED_SCHEMA,
  ...SIGN_IN_FAILURES_SCHEMA,
  `CREATE TABLE password_history (
     person_id TEXT NOT NULL,
     changed_at INTEGER NOT NULL,
     password TEXT NOT NULL,
     PRIMARY KEY (person_id, changed_at, password)
   ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE second_factors (
     id TEXT PRIMARY KEY,
     person_id TEXT NOT NULL,
     kind TEXT NOT NULL,
     sealed_secret TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     last_step INTEGER NOT NULL,
     last_used_at INTEGER,
     mac TEXT NOT NULL
   ) STRICT`,
  'CREATE INDEX second_factors_of_person ON second_factors (person_id)',
  `CREATE TABLE recovery_codes (
     person_id TEXT NOT NULL,
     hash TEXT NOT NULL,
     used_at INTEGER,
     PRIMARY KEY (person_id, hash)
   ) STRICT, WITHOUT ROWID`,
];

/** What tells the passkeys and security keys among the second factors apart: no key is of two people. */
export const KEYS_SCHEMA: readonly string[] = [
  'ALTER TABLE second_factors ADD COLUMN credential TEXT',
  'CREATE UNIQUE INDEX second_factors_credential ON second_factors (credential) WHERE credential IS NOT NULL',
];
