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

/**
 * What pruned events leave. An event may be removed only when a signed head stands for it, which is written in the same
 * transaction.
 */
export const AUDIT_PRUNING_SCHEMA: readonly string[] = [
  `CREATE TABLE audit_heads (
     sequence INTEGER PRIMARY KEY,
     hash TEXT NOT NULL,
     at INTEGER NOT NULL,
     edge TEXT NOT NULL,
     key_id TEXT NOT NULL,
     signature TEXT NOT NULL,
     file TEXT NOT NULL,
     size_bytes INTEGER NOT NULL
   ) STRICT`,
  `CREATE TRIGGER audit_heads_are_not_changed BEFORE UPDATE ON audit_heads
   BEGIN SELECT RAISE(ABORT, 'audit heads are append-only'); END`,
  `CREATE TRIGGER audit_heads_are_not_removed BEFORE DELETE ON audit_heads
   BEGIN SELECT RAISE(ABORT, 'audit heads are append-only'); END`,
  'DROP TRIGGER audit_events_are_not_removed',
  `CREATE TRIGGER audit_events_are_not_removed BEFORE DELETE ON audit_events
   WHEN old.sequence > (SELECT ifnull(max(sequence), 0) FROM audit_heads)
   BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END`,
  'CREATE TABLE audit_retention (id INTEGER PRIMARY KEY CHECK (id = 1), keep_days INTEGER) STRICT',
];

/** The syslog server that events are streamed to, and the number of the last event that has arrived there. */
export const AUDIT_STREAM_SCHEMA: readonly string[] = [
  `CREATE TABLE audit_stream (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     host TEXT NOT NULL,
     port INTEGER NOT NULL,
     authority TEXT,
     position INTEGER NOT NULL,
     sent_at INTEGER,
     problem TEXT
   ) STRICT`,
];
