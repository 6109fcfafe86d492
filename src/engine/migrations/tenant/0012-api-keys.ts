import type { Migration } from '../../mechanism/store';

/** Keys of programs, and accounts that belong to a program. */
export const apiKeys: Migration = {
  version: 12,
  name: 'api-keys',
  statements: [
    "ALTER TABLE users ADD COLUMN kind TEXT NOT NULL DEFAULT 'person'",
    `CREATE TABLE api_keys (
       id TEXT PRIMARY KEY,
       owner_id TEXT NOT NULL,
       name TEXT NOT NULL,
       prefix TEXT NOT NULL,
       hash TEXT NOT NULL,
       scopes TEXT NOT NULL,
       created_at INTEGER NOT NULL,
       created_by TEXT NOT NULL,
       expires_at INTEGER NOT NULL,
       last_used_at INTEGER,
       revoked_at INTEGER,
       revoke_reason TEXT
     ) STRICT`,
    'CREATE INDEX api_keys_of_owner ON api_keys (owner_id, created_at)',
  ],
};
