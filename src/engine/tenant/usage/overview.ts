import type { Figure, Overview, Period, Place, UsageBucket } from '../../../contract';
import type { SqlRow } from '../../ports';
import type { RuntimeContext } from '../context';
import { percentile } from './latencyClasses';
import { monthStart, nextMonthStart } from './month';

const HOUR_MS = 3_600_000;

/** Length of a period and of one step of its chart, in hours. */
const PERIODS: Record<Period, { hours: number; step: number }> = {
  '24h': { hours: 24, step: 1 },
  '7d': { hours: 7 * 24, step: 6 },
  '30d': { hours: 30 * 24, step: 24 },
};

interface Span {
  /** Hours since the epoch; `to` is not in it. */
  readonly from: number;
  readonly to: number;
}

interface Totals {
  queries: number;
  failed: number;
  inputTokens: number;
  outputTokens: number;
  costMicros: number;
}

const TOTALS = `ifnull(sum(queries), 0) AS queries, ifnull(sum(failed), 0) AS failed,
  ifnull(sum(input_tokens), 0) AS input_tokens, ifnull(sum(output_tokens), 0) AS output_tokens,
  ifnull(sum(cost_micros), 0) AS cost_micros`;

function totalsOf(row: SqlRow | undefined): Totals {
  return {
    queries: Number(row?.queries ?? 0),
    failed: Number(row?.failed ?? 0),
    inputTokens: Number(row?.input_tokens ?? 0),
    outputTokens: Number(row?.output_tokens ?? 0),
    costMicros: Number(row?.cost_micros ?? 0),
  };
}

function figure(value: number | null, previous: number | null): Figure {
  return { value: value ?? 0, previous };
}

/** Reads the key figures out of the hourly roll-ups. */
export async function readOverview(context: RuntimeContext, period: Period): Promise<Overview> {
  const { hours, step } = PERIODS[period];
  const now = context.clock.now();
  const to = Math.floor(now / HOUR_MS / step) * step + step;
  const span = { from: to - hours, to };
  const before = { from: span.from - hours, to: span.from };
  const [current, previous, { buckets, total }, totalBefore, models, quota, egress, counts] =
    await Promise.all([
      readSpan(context, span),
      readSpan(context, before),
      readBuckets(context, span, step),
      readClasses(context, 'total', before),
      readModels(context, span),
      readQuota(context, now),
      readEgress(context, span),
      readCounts(context),
    ]);
  const hadBefore = previous.totals.queries > 0;
  const compare = (pick: (span: typeof current) => number | null): Figure =>
    figure(pick(current), hadBefore ? pick(previous) : null);
  return {
    period,
    from: span.from * HOUR_MS,
    to: span.to * HOUR_MS,
    bucketMs: step * HOUR_MS,
    queries: compare(({ totals }) => totals.queries),
    failed: compare(({ totals }) => totals.failed),
    inputTokens: compare(({ totals }) => totals.inputTokens),
    outputTokens: compare(({ totals }) => totals.outputTokens),
    costMicros: compare(({ totals }) => totals.costMicros),
    activeUsers: compare(({ people }) => people),
    p50Ms: figure(percentile(total, 0.5), hadBefore ? percentile(totalBefore, 0.5) : null),
    p95Ms: figure(percentile(total, 0.95), hadBefore ? percentile(totalBefore, 0.95) : null),
    firstTokenP50Ms: compare(({ firstToken }) => percentile(firstToken, 0.5)),
    currency: context.entitlements().currency,
    buckets,
    models,
    quota,
    egress,
    ...counts,
  };
}

type Classes = [number, number][];

async function readSpan(context: RuntimeContext, span: Span) {
  const [totals, people, firstToken] = await Promise.all([
    context.store.read(`SELECT ${TOTALS} FROM usage_hours WHERE hour >= ? AND hour < ?`, [
      span.from,
      span.to,
    ]),
    context.store.read(
      'SELECT count(DISTINCT person_id) AS people FROM usage_people WHERE hour >= ? AND hour < ?',
      [span.from, span.to],
    ),
    readClasses(context, 'first-token', span),
  ]);
  return { totals: totalsOf(totals[0]), people: Number(people[0]?.people ?? 0), firstToken };
}

async function readClasses({ store }: RuntimeContext, kind: string, span: Span): Promise<Classes> {
  const rows = await store.read(
    'SELECT class, sum(queries) AS queries FROM usage_latencies WHERE kind = ? AND hour >= ? AND hour < ? GROUP BY class ORDER BY class',
    [kind, span.from, span.to],
  );
  return rows.map((row) => [Number(row.class), Number(row.queries)]);
}

/** The steps of the chart, and the latencies of the whole span: summed here, because reading them is what costs. */
async function readBuckets(
  { store }: RuntimeContext,
  span: Span,
  step: number,
): Promise<{ buckets: UsageBucket[]; total: Classes }> {
  const [totals, latencies] = await Promise.all([
    store.read(
      `SELECT (hour - ?) / ? AS bucket, ${TOTALS} FROM usage_hours WHERE hour >= ? AND hour < ? GROUP BY bucket`,
      [span.from, step, span.from, span.to],
    ),
    store.read(
      `SELECT (hour - ?) / ? AS bucket, class, sum(queries) AS queries FROM usage_latencies
       WHERE kind = 'total' AND hour >= ? AND hour < ? GROUP BY bucket, class ORDER BY bucket, class`,
      [span.from, step, span.from, span.to],
    ),
  ]);
  const byBucket = new Map(totals.map((row) => [Number(row.bucket), totalsOf(row)]));
  const classes = new Map<number, Classes>();
  const whole = new Map<number, number>();
  for (const row of latencies) {
    const [bucket, latency, queries] = [Number(row.bucket), Number(row.class), Number(row.queries)];
    const list = classes.get(bucket) ?? [];
    list.push([latency, queries]);
    classes.set(bucket, list);
    whole.set(latency, (whole.get(latency) ?? 0) + queries);
  }
  const buckets = Array.from({ length: (span.to - span.from) / step }, (_, index) => ({
    from: (span.from + index * step) * HOUR_MS,
    ...(byBucket.get(index) ?? totalsOf(undefined)),
    p50Ms: percentile(classes.get(index) ?? [], 0.5),
    p95Ms: percentile(classes.get(index) ?? [], 0.95),
  }));
  return { buckets, total: [...whole].sort(([a], [b]) => a - b) };
}

async function readModels({ store }: RuntimeContext, span: Span): Promise<Overview['models']> {
  const rows = await store.read(
    `SELECT model, place, region, sum(queries) AS queries, sum(input_tokens + output_tokens) AS tokens
     FROM usage_hours WHERE hour >= ? AND hour < ? GROUP BY model, place, region ORDER BY queries DESC LIMIT 12`,
    [span.from, span.to],
  );
  return rows.map((row) => ({
    model: String(row.model),
    place: { kind: row.place as Place['kind'], region: row.region ? String(row.region) : null },
    queries: Number(row.queries),
    tokens: Number(row.tokens),
  }));
}

async function readQuota(context: RuntimeContext, now: number): Promise<Overview['quota']> {
  const { plan } = context.entitlements();
  const [used, storage] = await Promise.all([
    context.store.read(
      'SELECT ifnull(sum(queries - refused), 0) AS queries FROM usage_hours WHERE hour >= ?',
      [Math.floor(monthStart(now) / HOUR_MS)],
    ),
    context.files.size(''),
  ]);
  return {
    queriesUsed: Number(used[0]?.queries ?? 0),
    queriesLimit: plan.queriesPerMonth,
    storageUsedBytes: storage,
    storageLimitBytes: plan.storageBytes,
    resetsAt: nextMonthStart(now),
  };
}

async function readEgress({ store }: RuntimeContext, span: Span): Promise<Overview['egress']> {
  const [[attempts], [outside]] = await Promise.all([
    store.read(
      `SELECT ifnull(sum(decision = 'allowed'), 0) AS allowed, ifnull(sum(decision = 'refused'), 0) AS refused
       FROM egress_attempts WHERE at >= ? AND at < ?`,
      [span.from * HOUR_MS, span.to * HOUR_MS],
    ),
    store.read(
      "SELECT ifnull(sum(queries), 0) AS queries FROM usage_hours WHERE place = 'cloud' AND hour >= ? AND hour < ?",
      [span.from, span.to],
    ),
  ]);
  return {
    allowed: Number(attempts?.allowed ?? 0),
    refused: Number(attempts?.refused ?? 0),
    outside: Number(outside?.queries ?? 0),
  };
}

async function readCounts({ store }: RuntimeContext): Promise<{ documents: number; users: number }> {
  const [row] = await store.read(
    "SELECT (SELECT count(*) FROM documents WHERE state = 'ready') AS documents, (SELECT count(*) FROM users WHERE kind = 'person') AS users",
  );
  return { documents: Number(row?.documents ?? 0), users: Number(row?.users ?? 0) };
}
