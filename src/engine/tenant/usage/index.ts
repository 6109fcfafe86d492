import type { Overview, Period, Place, QueryOutcome, tenantContract, UsageEvent } from '../../../contract';
import type { Handlers } from '../../door';
import type { SqlRow } from '../../ports';
import type { RuntimeContext } from '../context';
import { readOverview } from './overview';

export { monthStart } from './month';
export { createQuota, type Quota, type Reservation } from './quota';
export { type MeteredQuery, usageRow } from './record';

/** A screen is told of changes at most so often. */
const WATCH_MS = 1_000;

/** The figures of the tenant and the events they are made of. */
export function createUsage(
  context: RuntimeContext,
): Handlers<Pick<typeof tenantContract, 'overview' | 'usage'>> {
  async function* watch(period: Period, signal: AbortSignal): AsyncGenerator<Overview> {
    const ends = AbortSignal.any([signal, context.closing]);
    while (!ends.aborted) {
      const change = context.changes.next('usage', ends);
      yield await readOverview(context, period);
      await change;
      if (!ends.aborted) await context.clock.wait(WATCH_MS, ends).catch(ignoreAbort(ends));
    }
  }

  return {
    overview: {
      read: ({ period }) => readOverview(context, period),
      watch: async ({ period }, call) => watch(period, call.signal),
    },
    usage: {
      async list({ from, to, outcome, limit, cursor }) {
        const rows = await context.store.read(
          `SELECT usage_events.*, users.name AS user_name FROM usage_events
           LEFT JOIN users ON users.id = usage_events.person_id
           WHERE at >= ? AND at < ? AND (? IS NULL OR outcome = ?) AND (? IS NULL OR usage_events.id < ?)
           ORDER BY usage_events.id DESC LIMIT ?`,
          [from, to, outcome, outcome, cursor ?? null, cursor ?? null, limit + 1],
        );
        const events = rows.slice(0, limit).map(eventFrom);
        return { events, next: rows.length > limit ? (events.at(-1)?.id ?? null) : null };
      },
    },
  };
}

function ignoreAbort(signal: AbortSignal): (problem: unknown) => void {
  return (problem) => {
    if (!signal.aborted) throw problem;
  };
}

function eventFrom(row: SqlRow): UsageEvent {
  return {
    id: String(row.id),
    at: Number(row.at),
    userName: row.user_name === null ? 'Operator' : String(row.user_name),
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
