import type { TimePoint } from '../../ui';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 10, 24, 0);
const QUERIES = [4, 2, 1, 0, 3, 9, 24, 41, 52, 47, 38, 44, 49, 53, 42, 31, 18, 9];

/** A day of queries for the charts of the kit. */
export const POINTS: readonly TimePoint[] = QUERIES.map((answered, index) => ({
  from: START + index * HOUR_MS,
  values: { answered, failed: index % 6 === 2 ? 2 : 0, p50: answered ? 900 + answered * 22 : null },
}));

export const BUCKET_MS = HOUR_MS;
export const COURSE = QUERIES;
export const HASH = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

/** Rows for the table of the kit. */
export const HOSTS = [
  { name: 'gpu-01.internal', state: 'ok', label: 'Ready', bytes: 4_920_000_000, at: Date.now() - 240_000 },
  {
    name: 'gpu-02.internal',
    state: 'busy',
    label: 'Restarting',
    bytes: 7_100_000_000,
    at: Date.now() - 9_000_000,
  },
  { name: 'mail.internal', state: 'bad', label: 'Unreachable', bytes: 18_000, at: Date.now() - 172_800_000 },
] as const;
