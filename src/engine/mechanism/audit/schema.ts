/**
 * The tables of an audit trail beside its events: signed checkpoints, and the tiles of the Merkle tree (level n holds
 * the root of each 256 nodes of level n−1; level 0 are the events themselves).
 */
export const AUDIT_TRAIL_SCHEMA: readonly string[] = [
  `CREATE TABLE audit_checkpoints (
     size INTEGER PRIMARY KEY,
     head TEXT NOT NULL,
     root TEXT NOT NULL,
     at INTEGER NOT NULL,
     key_id TEXT NOT NULL,
     signature TEXT NOT NULL
   ) STRICT`,
  `CREATE TABLE audit_tiles (
     level INTEGER NOT NULL,
     position INTEGER NOT NULL,
     hash TEXT NOT NULL,
     PRIMARY KEY (level, position)
   ) STRICT, WITHOUT ROWID`,
  ...['audit_checkpoints', 'audit_tiles'].flatMap((table) => [
    `CREATE TRIGGER ${table}_are_not_changed BEFORE UPDATE ON ${table}
     BEGIN SELECT RAISE(ABORT, '${table} are append-only'); END`,
    `CREATE TRIGGER ${table}_are_not_removed BEFORE DELETE ON ${table}
     BEGIN SELECT RAISE(ABORT, '${table} are append-only'); END`,
  ]),
];
