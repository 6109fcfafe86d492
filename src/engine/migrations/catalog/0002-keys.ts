import type { Migration } from '../../mechanism/store';

/** The journal takes rotations of keys too. */
export const keys: Migration = {
  version: 2,
  name: 'keys',
  statements: [
    `CREATE TABLE wider_journal (
       id TEXT PRIMARY KEY,
       tenant_id TEXT NOT NULL,
       operation TEXT NOT NULL CHECK (operation IN ('create', 'delete', 'rotate-key')),
       step TEXT,
       outcome TEXT NOT NULL CHECK (outcome IN ('running', 'done', 'failed')),
       problem TEXT,
       facts TEXT NOT NULL,
       started_at INTEGER NOT NULL,
       finished_at INTEGER
     ) STRICT`,
    `INSERT INTO wider_journal (id, tenant_id, operation, step, outcome, problem, facts, started_at, finished_at)
     SELECT id, tenant_id, operation, step, outcome, problem, facts, started_at, finished_at FROM journal`,
    'DROP TABLE journal',
    'ALTER TABLE wider_journal RENAME TO journal',
  ],
};
