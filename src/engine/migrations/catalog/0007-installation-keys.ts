import type { Migration } from '../../mechanism/store';

/**
 * The key of the installation and what follows it when it is rotated: its age, the public halves of the keys for
 * checkpoints with the signatures that lead from the one to the next, those of the keys for statements, and the keys for
 * other purposes that outlive it, sealed under it.
 */
export const installationKeys: Migration = {
  version: 7,
  name: 'installation keys',
  statements: [
    `CREATE TABLE installation_key (
       id INTEGER PRIMARY KEY CHECK (id = 1),
       version INTEGER NOT NULL,
       since INTEGER NOT NULL,
       rotating_from INTEGER
     ) STRICT`,
    `INSERT INTO installation_key (id, version, since)
     SELECT 1, 1, ifnull((SELECT min(at) FROM audit_events), CAST(strftime('%s', 'now') AS INTEGER) * 1000)`,
    `CREATE TABLE audit_keys (
       version INTEGER PRIMARY KEY,
       public_key TEXT NOT NULL,
       since INTEGER NOT NULL,
       by_previous TEXT,
       by_next TEXT
     ) STRICT`,
    'ALTER TABLE statement_keys ADD COLUMN public_key TEXT',
    'ALTER TABLE statement_keys ADD COLUMN mac TEXT',
    `CREATE TABLE carried_keys (
       purpose TEXT PRIMARY KEY,
       sealed_key TEXT NOT NULL
     ) STRICT`,
  ],
};
