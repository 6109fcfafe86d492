import type { Migration } from '../../mechanism/store';

/** Codes with which people set a password of their own, one a person. Of a code only a keyed hash is kept. */
export const invitations: Migration = {
  version: 16,
  name: 'invitations',
  statements: [
    `CREATE TABLE invitations (
       person_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
       hash TEXT NOT NULL,
       created_at INTEGER NOT NULL,
       created_by TEXT NOT NULL,
       expires_at INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID`,
  ],
};
