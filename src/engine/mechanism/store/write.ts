import type { Statement } from '../../ports';
import { type AuditDraft, type AuditRecord, keepable } from '../chain';

/** A way to insert many rows of one table with one statement. Made once by `bulkInsert`. */
export interface BulkInsert {
  readonly table: string;
  readonly columns: readonly string[];
}

/** A value of a row that is inserted in bulk. Bytes go as text (base64), they do not fit into JSON. */
export type BulkValue = string | number | null;

/** Rows for one table, each with its values in the order of the columns. */
export interface Rows {
  readonly into: BulkInsert;
  readonly rows: readonly (readonly BulkValue[])[];
}

/**
 * What is written together or not at all: rows first, then statements, then the audit events.
 *
 * A write leaves at least one event. Only what is derived from facts that have left theirs already (roll-ups,
 * last-seen times) may go without, and says so with `housekeeping`.
 */
export interface Write {
  readonly rows?: readonly Rows[];
  readonly statements?: readonly Statement[];
  readonly events: readonly AuditDraft[];
  readonly housekeeping?: true;
  /** May wait a few milliseconds for others to share its transaction: what is done meanwhile does not wait for it. */
  readonly patient?: boolean;
}

const NAME = /^[a-z_][a-z0-9_]*$/;
const statements = new WeakMap<BulkInsert, string>();

/** @throws RangeError when a name is not a plain lower-case SQL name */
export function bulkInsert(table: string, columns: readonly string[]): BulkInsert {
  for (const name of [table, ...columns]) {
    if (!NAME.test(name)) throw new RangeError(`“${name}” is not a name of a table or column`);
  }
  return { table, columns };
}

function insertSql(into: BulkInsert): string {
  let sql = statements.get(into);
  if (sql === undefined) {
    const values = into.columns.map((_, index) => `json_extract(value,'$[${index}]')`);
    sql =
      `INSERT INTO ${into.table} (${into.columns.join(', ')}) ` +
      `SELECT ${values.join(', ')} FROM json_each(?) ORDER BY key`;
    statements.set(into, sql);
  }
  return sql;
}

/** JSON escapes that SQLite would not keep as text: NUL and halves of surrogate pairs. */
const UNKEEPABLE_ESCAPE = /\\u(?:0000|d[89a-f])/;

function rowsToJson(rows: readonly (readonly BulkValue[])[]): string {
  const json = JSON.stringify(rows);
  if (!UNKEEPABLE_ESCAPE.test(json)) return json;
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'string' ? keepable(value) : value));
}

function insertStatement(into: BulkInsert, rows: readonly (readonly BulkValue[])[]): Statement {
  return { sql: insertSql(into), params: [rowsToJson(rows)] };
}

const AUDIT_EVENTS = bulkInsert('audit_events', [
  'sequence',
  'at',
  'event',
  'actor',
  'target',
  'outcome',
  'detail',
  'previous_hash',
  'hash',
]);

/** The tables that a store keeps for itself; both lists of migrations begin with them. */
export const STORE_SCHEMA: readonly string[] = [
  `CREATE TABLE audit_events (
    sequence INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    actor TEXT NOT NULL,
    target TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('intent', 'done', 'failed', 'refused')),
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT`,
  `CREATE TRIGGER audit_events_are_not_changed BEFORE UPDATE ON audit_events
   BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END`,
  `CREATE TRIGGER audit_events_are_not_removed BEFORE DELETE ON audit_events
   BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END`,
  'CREATE TABLE store_probe (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL, room BLOB NOT NULL) STRICT',
];

/** The write that finds out whether the volume takes anything again. */
export function probeStatement(at: number): Statement {
  return {
    sql: 'INSERT OR REPLACE INTO store_probe (id, at, room) VALUES (1, ?, zeroblob(65536))',
    params: [at],
  };
}

export function auditStatement(records: readonly AuditRecord[]): Statement {
  return insertStatement(
    AUDIT_EVENTS,
    records.map(({ sequence, hash, previousHash, body }) => [
      sequence,
      body.at,
      body.event,
      body.actor,
      body.target,
      body.outcome,
      body.detail,
      previousHash,
      hash,
    ]),
  );
}

/** Puts the tables of one write into the common order: each before the ones it came before. */
function mergeOrder(order: BulkInsert[], keys: Map<string, BulkInsert>, rows: readonly Rows[]): void {
  let before = order.length;
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const into = rows[index]?.into;
    if (!into) continue;
    const known = keys.get(insertSql(into));
    if (known) {
      before = order.indexOf(known);
    } else {
      keys.set(insertSql(into), into);
      order.splice(before, 0, into);
    }
  }
}

/** The statements of several writes: one insert a table for all rows, then everybody's statements in order. */
export function mergeWrites(writes: readonly Write[]): { inserts: Statement[]; statements: Statement[] } {
  const order: BulkInsert[] = [];
  const keys = new Map<string, BulkInsert>();
  const collected = new Map<string, (readonly BulkValue[])[]>();
  const guarded: Statement[] = [];
  for (const write of writes) {
    if (write.rows) {
      mergeOrder(order, keys, write.rows);
      for (const { into, rows } of write.rows) {
        const key = insertSql(into);
        const all = collected.get(key);
        if (all) all.push(...rows);
        else collected.set(key, [...rows]);
      }
    }
    if (write.statements) guarded.push(...write.statements);
  }
  const inserts = order.flatMap((into) => {
    const rows = collected.get(insertSql(into)) ?? [];
    return rows.length === 0 ? [] : [insertStatement(into, rows)];
  });
  return { inserts, statements: guarded };
}
