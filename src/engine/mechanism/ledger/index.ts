import type { AuditEventView, EgressAttempt } from '../../../contract';
import type { SqlRow } from '../../ports';
import { bulkInsert, type Rows, type Store } from '../store';

const INSERT = bulkInsert('egress_attempts', ['id', 'at', 'host', 'port', 'purpose', 'decision', 'rule']);

interface PageOf {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The row of an attempt to open a connection. */
export function attemptRow(attempt: EgressAttempt): Rows {
  const { id, at, host, port, purpose, decision, rule } = attempt;
  return { into: INSERT, rows: [[id, at, host, port, purpose, decision, rule]] };
}

/** Attempts to open a connection, newest first. */
export async function readLedgerPage(
  store: Store,
  { limit, cursor }: PageOf,
): Promise<{ attempts: EgressAttempt[]; next: string | null }> {
  const rows = await store.read(
    'SELECT * FROM egress_attempts WHERE (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?',
    [cursor ?? null, cursor ?? null, limit + 1],
  );
  const attempts = rows.slice(0, limit).map(attemptFrom);
  return { attempts, next: rows.length > limit ? (attempts.at(-1)?.id ?? null) : null };
}

function attemptFrom(row: SqlRow): EgressAttempt {
  return {
    id: String(row.id),
    at: Number(row.at),
    host: String(row.host),
    port: Number(row.port),
    purpose: String(row.purpose),
    decision: row.decision === 'allowed' ? 'allowed' : 'refused',
    rule: String(row.rule),
  };
}

/** Audit events of a store, newest first. */
export async function readAuditPage(
  store: Store,
  { limit, cursor }: PageOf,
): Promise<{ events: AuditEventView[]; next: string | null }> {
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
  const rows = await store.read(
    'SELECT * FROM audit_events WHERE sequence < ? ORDER BY sequence DESC LIMIT ?',
    [Number.isSafeInteger(before) ? before : 0, limit + 1],
  );
  const events = rows.slice(0, limit).map(eventFrom);
  return { events, next: rows.length > limit ? String(events.at(-1)?.sequence ?? '') : null };
}

function eventFrom(row: SqlRow): AuditEventView {
  return {
    sequence: Number(row.sequence),
    at: Number(row.at),
    event: String(row.event),
    actor: String(row.actor),
    target: row.target === null || row.target === undefined ? null : String(row.target),
    outcome: row.outcome as AuditEventView['outcome'],
    detail: JSON.parse(String(row.detail)) as AuditEventView['detail'],
    hash: String(row.hash),
  };
}
