import type { EgressAttempt, LedgerFilter } from '../../../contract';
import type { SqlRow } from '../../ports';
import { bulkInsert, type Rows, type Store } from '../store';
import { conditions } from './conditions';

const INSERT = bulkInsert('egress_attempts', ['id', 'at', 'host', 'port', 'purpose', 'decision', 'rule']);

interface AttemptPage extends LedgerFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The row of an attempt to open a connection. */
export function attemptRow(attempt: EgressAttempt): Rows {
  const { id, at, host, port, purpose, decision, rule } = attempt;
  return { into: INSERT, rows: [[id, at, host, port, purpose, decision, rule]] };
}

/** A page of attempts to open a connection, newest first; the cursor is the id of the last one seen. */
export async function readAttempts(
  store: Store,
  { decision, host, limit, cursor, ...span }: AttemptPage,
): Promise<{ attempts: EgressAttempt[]; next: string | null }> {
  const where = conditions(span);
  if (decision !== null) where.and('decision = ?', decision);
  if (host !== '') where.and('instr(host, ?) > 0', host);
  if (cursor !== undefined) where.and('id < ?', cursor);
  const rows = await store.read(`SELECT * FROM egress_attempts WHERE ${where.sql} ORDER BY id DESC LIMIT ?`, [
    ...where.params,
    limit + 1,
  ]);
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
