import type { Money, Place, QueryOutcome } from '../../../contract';
import { bulkInsert, type Rows } from '../../mechanism/store';
import { latencyClass } from './latencyClasses';

/** One query as it is metered. Times are milliseconds. */
export interface MeteredQuery {
  readonly id: string;
  readonly at: number;
  readonly personId: string;
  readonly model: string;
  readonly route: 'chosen' | 'fallback';
  readonly place: Place;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly tokensReported: boolean;
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
  readonly cost: Money;
  readonly outcome: QueryOutcome;
  readonly problem: string | null;
}

const INSERT = bulkInsert('usage_events', [
  'id',
  'at',
  'person_id',
  'model',
  'route',
  'place',
  'region',
  'input_tokens',
  'output_tokens',
  'tokens_reported',
  'first_token_ms',
  'total_ms',
  'latency_class',
  'first_token_class',
  'cost_micros',
  'currency',
  'outcome',
  'problem',
]);

/** The usage event of a query, for the write that finishes it. */
export function usageRow(query: MeteredQuery): Rows {
  const row = [
    query.id,
    query.at,
    query.personId,
    query.model,
    query.route,
    query.place.kind,
    query.place.region,
    query.inputTokens,
    query.outputTokens,
    query.tokensReported ? 1 : 0,
    query.firstTokenMs,
    query.totalMs,
    latencyClass(query.totalMs),
    query.firstTokenMs === null ? null : latencyClass(query.firstTokenMs),
    query.cost.micros,
    query.cost.currency,
    query.outcome,
    query.problem,
  ];
  return { into: INSERT, rows: [row] };
}
