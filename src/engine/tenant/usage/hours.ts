import type { Store } from '../../mechanism/store';

const HOUR_MS = 3_600_000;

/** The numbers of an hour, without a name or a word. */
export interface HourRow {
  /** Hours since the epoch. */
  readonly hour: number;
  readonly queries: number;
  readonly failed: number;
  readonly tokens: number;
  readonly costMicros: number;
  /** When the last query ended that was counted, where that was in this hour; milliseconds since 1970. */
  readonly lastAt: number | null;
}

/** The totals of each hour from the given one on. */
export async function readHours(store: Store, fromHour: number): Promise<HourRow[]> {
  const rows = await store.read(
    `SELECT hour, sum(queries) AS queries, sum(failed) AS failed, sum(input_tokens + output_tokens) AS tokens,
       sum(cost_micros) AS cost_micros FROM usage_hours WHERE hour >= ? GROUP BY hour ORDER BY hour`,
    [fromHour],
  );
  // Ids are of ascending times (RFC 9562, UUIDv7): the last of them is found without an index of times.
  const [newest] = await store.read('SELECT at FROM usage_events ORDER BY id DESC LIMIT 1');
  return rows.map((row) => ({
    hour: Number(row.hour),
    queries: Number(row.queries),
    failed: Number(row.failed),
    tokens: Number(row.tokens),
    costMicros: Number(row.cost_micros),
    lastAt: newest && Math.floor(Number(newest.at) / HOUR_MS) === row.hour ? Number(newest.at) : null,
  }));
}
