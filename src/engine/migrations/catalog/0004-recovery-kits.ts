import type { Migration } from '../../mechanism/store';

/** Which recovery kits were made. Neither a key nor a share is in it. */
export const recoveryKits: Migration = {
  version: 4,
  name: 'recovery kits',
  statements: [
    `CREATE TABLE recovery_kits (
       id TEXT PRIMARY KEY,
       subject TEXT NOT NULL,
       key_mark TEXT NOT NULL,
       threshold INTEGER NOT NULL,
       shares INTEGER NOT NULL,
       made_at INTEGER NOT NULL,
       made_by TEXT NOT NULL,
       rehearsed_at INTEGER
     ) STRICT`,
    'CREATE INDEX kits_of_subject ON recovery_kits (subject, made_at)',
  ],
};
