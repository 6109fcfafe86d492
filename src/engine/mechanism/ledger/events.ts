import type { AuditEventView, AuditFilter } from '../../../contract';
import type { SqlRow } from '../../ports';
import { readDetail } from '../chain';
import type { Store } from '../store';
import { conditions } from './conditions';

/** An audit event as the chain holds it; whoever shows it looks up the actor's name. */
export type AuditEventRow = Omit<AuditEventView, 'actorName'>;

interface EventPage extends AuditFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** The ids of the persons whose name holds the text that is looked for in the actor. */
  readonly actorIds: readonly string[];
}

/** A page of the audit events of a store, newest first; the cursor is the sequence of the last one seen. */
export async function readAuditEvents(
  store: Store,
  { actor, actorIds, event, target, outcome, source, limit, cursor, ...span }: EventPage,
): Promise<{ events: AuditEventRow[]; next: string | null }> {
  const where = conditions(span);
  if (outcome !== null) where.and('outcome = ?', outcome);
  if (event !== '') where.and('instr(lower(event), ?) > 0', event.toLowerCase());
  if (target !== '') where.and('instr(lower(target), ?) > 0', target.toLowerCase());
  if (actor !== '') {
    where.and(
      `instr(lower(actor), ?) > 0
       OR substr(actor, instr(actor, ':') + 1) IN (SELECT value FROM json_each(?))`,
      actor.toLowerCase(),
      JSON.stringify(actorIds),
    );
  }
  if (source !== '') {
    where.and(
      `instr(lower(json_extract(detail, '$."@from"')), ?) > 0 OR instr(json_extract(detail, '$."@session"'), ?) > 0
       OR instr(json_extract(detail, '$."@key"'), ?) > 0 OR instr(json_extract(detail, '$."@request"'), ?) > 0`,
      source.toLowerCase(),
      source.toLowerCase(),
      source,
      source.toLowerCase(),
    );
  }
  if (cursor !== undefined) {
    const before = Number(cursor);
    where.and('sequence < ?', Number.isSafeInteger(before) ? before : 0);
  }
  const rows = await store.read(
    `SELECT * FROM audit_events WHERE ${where.sql} ORDER BY sequence DESC LIMIT ?`,
    [...where.params, limit + 1],
  );
  const events = rows.slice(0, limit).map(eventFrom);
  return { events, next: rows.length > limit ? String(events.at(-1)?.sequence ?? '') : null };
}

function eventFrom(row: SqlRow): AuditEventRow {
  return {
    sequence: Number(row.sequence),
    at: Number(row.at),
    event: String(row.event),
    actor: String(row.actor),
    target: row.target === null || row.target === undefined ? null : String(row.target),
    outcome: row.outcome as AuditEventView['outcome'],
    ...readDetail(String(row.detail)),
    previousHash: String(row.previous_hash),
    hash: String(row.hash),
  };
}
