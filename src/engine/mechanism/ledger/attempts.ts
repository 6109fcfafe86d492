import type { EgressAttempt, LedgerFilter, Place } from '../../../contract';
import type { SqlRow } from '../../ports';
import type { AuditDraft } from '../chain';
import { type BulkValue, bulkInsert, type Rows, type Store } from '../store';
import { conditions } from './conditions';

const CORE = ['id', 'at', 'host', 'port', 'purpose', 'decision', 'rule'] as const;
const INSERT_CORE = bulkInsert('egress_attempts', CORE);
const INSERT = bulkInsert('egress_attempts', [...CORE, 'place', 'region', 'model']);

interface AttemptPage extends LedgerFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

function coreOf({ id, at, host, port, purpose, decision, rule }: EgressAttempt): BulkValue[] {
  return [id, at, host, port, purpose, decision, rule];
}

/** The row of an attempt of a tenant to open a connection. */
export function attemptRow(attempt: EgressAttempt): Rows {
  const { place, model } = attempt;
  const row = [...coreOf(attempt), place?.kind ?? null, place?.region ?? null, model];
  return { into: INSERT, rows: [row] };
}

/** The row of an attempt of the installation, whose ledger has no columns for place and model. */
export function ownAttemptRow(attempt: EgressAttempt): Rows {
  return { into: INSERT_CORE, rows: [coreOf(attempt)] };
}

/** The event that goes with the row of an attempt, in one transaction. */
export function attemptEvent(attempt: EgressAttempt): AuditDraft {
  const { at, host, port, purpose, decision, rule, place, model } = attempt;
  return {
    at,
    event: 'egress.attempted',
    actor: 'system:egress',
    target: `${host}:${port}`,
    outcome: decision === 'allowed' ? 'intent' : 'refused',
    detail: { purpose, rule, place: place?.kind ?? null, region: place?.region ?? null, model },
  };
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
    place: placeFrom(row),
    model: textOrNull(row.model),
  };
}

function placeFrom({ place, region }: SqlRow): Place | null {
  const kind = textOrNull(place);
  return kind === null ? null : { kind: kind as Place['kind'], region: textOrNull(region) };
}

function textOrNull(value: SqlRow[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
