import type { Place, QueryOutcome, tenantContract, UsageEvent } from '../../../contract';
import type { Handlers } from '../../door';
import { conditions } from '../../mechanism/ledger';
import type { SqlRow } from '../../ports';
import type { RuntimeContext } from '../context';

type Usage = Handlers<(typeof tenantContract)['usage']>;
type Answer<Name extends keyof Usage> = ReturnType<Usage[Name]>;

/** A page of usage events, newest first; the cursor is the id of the last one seen. */
export async function listUsage(
  { store, names }: RuntimeContext,
  { outcome, model, person, limit, cursor, ...span }: Parameters<Usage['list']>[0],
): Answer<'list'> {
  const where = conditions(span);
  if (outcome !== null) where.and('outcome = ?', outcome);
  if (model !== null) where.and('model = ?', model);
  if (person !== null) where.and('person_id = ?', person);
  if (cursor !== undefined) where.and('id < ?', cursor);
  const rows = await store.read(`SELECT * FROM usage_events WHERE ${where.sql} ORDER BY id DESC LIMIT ?`, [
    ...where.params,
    limit + 1,
  ]);
  const page = rows.slice(0, limit);
  const nameOf = await names.of(page.map((row) => String(row.person_id)));
  const events = page.map((row) => eventFrom(row, nameOf));
  return { events, next: rows.length > limit ? (events.at(-1)?.id ?? null) : null };
}

/** The usage of a span by model and by person, out of one walk over its events. */
export async function groupUsage(
  { store, names }: RuntimeContext,
  { from, to }: Parameters<Usage['groups']>[0],
): Answer<'groups'> {
  const rows = await store.read(
    `SELECT model, person_id, count(*) AS queries, sum(input_tokens + output_tokens) AS tokens
     FROM usage_events WHERE at >= ? AND at < ? GROUP BY model, person_id`,
    [from, to],
  );
  const people = sumBy(rows, 'person_id');
  const nameOf = await names.of(people.map(({ key }) => key));
  return {
    models: sumBy(rows, 'model').map(({ key, ...sums }) => ({ model: key, ...sums })),
    people: people.map(({ key, ...sums }) => ({ person: key, name: nameOf(key), ...sums })),
  };
}

function sumBy(rows: readonly SqlRow[], column: 'model' | 'person_id') {
  const groups = new Map<string, { key: string; queries: number; tokens: number }>();
  for (const row of rows) {
    const key = String(row[column]);
    const { queries, tokens } = groups.get(key) ?? { queries: 0, tokens: 0 };
    groups.set(key, { key, queries: queries + Number(row.queries), tokens: tokens + Number(row.tokens) });
  }
  return [...groups.values()].sort((left, right) => right.queries - left.queries);
}

function eventFrom(row: SqlRow, nameOf: (id: string) => string): UsageEvent {
  return {
    id: String(row.id),
    at: Number(row.at),
    personId: String(row.person_id),
    userName: nameOf(String(row.person_id)),
    model: String(row.model),
    route: row.route === 'fallback' ? 'fallback' : 'chosen',
    place: { kind: row.place as Place['kind'], region: row.region === null ? null : String(row.region) },
    inputTokens: Number(row.input_tokens),
    outputTokens: Number(row.output_tokens),
    tokensReported: row.tokens_reported === 1,
    firstTokenMs: row.first_token_ms === null ? null : Number(row.first_token_ms),
    totalMs: Number(row.total_ms),
    cost: { micros: Number(row.cost_micros), currency: String(row.currency) },
    outcome: row.outcome as QueryOutcome,
    problem: row.problem === null ? null : String(row.problem),
  };
}
