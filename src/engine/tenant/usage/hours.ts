import type { Store } from '../../mechanism/store';

/** The numbers of an hour, without a name or a word. */
export interface HourRow {
  /** Hours since the epoch. */
  readonly hour: number;
  readonly queries: number;
  readonly failed: number;
  readonly tokens: number;
  readonly costMicros: number;
}

/** The totals of each hour from the given one on. */
export async function readHours(store: Store, fromHour: number): Promise<HourRow[]> {
  const rows = await store.read(
    `SELECT hour, sum(queries) AS queries, sum(failed) AS failed, sum(input_tokens + output_tokens) AS tokens,
       sum(cost_micros) AS cost_micros FROM usage_hours WHERE hour >= ? GROUP BY hour ORDER BY hour`,
    [fromHour],
  );
  return rows.map((row) => ({
    hour: Number(row.hour),
    queries: Number(row.queries),
    failed: Number(row.failed),
    tokens: Number(row.tokens),
    costMicros: Number(row.cost_micros),
  }));
}
