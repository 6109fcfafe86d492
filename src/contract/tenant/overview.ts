import { z } from 'zod';
import { procedure, subscription, view } from '../procedure';
import { Place } from '../residency';
import { Id, Money, Page, Period, Timestamp } from '../values';

/** What became of a query. */
export const QueryOutcome = z.enum(['answered', 'stopped', 'failed', 'refused', 'interrupted']);
export type QueryOutcome = z.infer<typeof QueryOutcome>;

/** One query as it was metered. */
export const UsageEvent = z.object({
  id: Id,
  at: Timestamp,
  personId: Id,
  /** The name to show for the person, looked up now. */
  userName: z.string(),
  model: z.string(),
  route: z.enum(['chosen', 'fallback']),
  place: Place,
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  /** Whether the provider reported the counts or they are an estimate. */
  tokensReported: z.boolean(),
  firstTokenMs: z.number().nullable(),
  totalMs: z.number(),
  cost: Money,
  outcome: QueryOutcome,
  /** The error’s code when it failed or was refused. */
  problem: z.string().nullable(),
});
export type UsageEvent = z.infer<typeof UsageEvent>;

/** A figure beside the one of the period before. */
export const Figure = z.object({ value: z.number(), previous: z.number().nullable() });
export type Figure = z.infer<typeof Figure>;

/** One step of the chart. Latencies are milliseconds, `null` where nothing was asked. */
export const UsageBucket = z.object({
  from: Timestamp,
  queries: z.number().int(),
  failed: z.number().int(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  costMicros: z.number().int(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
});
export type UsageBucket = z.infer<typeof UsageBucket>;

export const Overview = z.object({
  period: Period,
  from: Timestamp,
  to: Timestamp,
  bucketMs: z.number().int(),
  queries: Figure,
  failed: Figure,
  inputTokens: Figure,
  outputTokens: Figure,
  activeUsers: Figure,
  p50Ms: Figure,
  p95Ms: Figure,
  firstTokenP50Ms: Figure,
  costMicros: Figure,
  currency: z.string(),
  buckets: z.array(UsageBucket),
  /** Queries by model, most used first. */
  models: z.array(
    z.object({ model: z.string(), place: Place, queries: z.number().int(), tokens: z.number().int() }),
  ),
  quota: z.object({
    queriesUsed: z.number().int(),
    queriesLimit: z.number().int().nullable(),
    storageUsedBytes: z.number().int(),
    storageLimitBytes: z.number().int(),
    resetsAt: Timestamp,
  }),
  egress: z.object({ allowed: z.number().int(), refused: z.number().int(), outside: z.number().int() }),
  documents: z.number().int(),
  users: z.number().int(),
});
export type Overview = z.infer<typeof Overview>;

/** What one model answered, or one person asked. */
const UsageGroup = z.object({ queries: z.number().int(), tokens: z.number().int() });

const statement = {
  permission: 'analytics.view',
  audit: view('overview.viewed'),
  input: z.object({ period: Period }),
  output: Overview,
} as const;

export const overview = {
  read: procedure({ ...statement, summary: 'The key figures of the tenant' }),
  watch: subscription({ ...statement, summary: 'The key figures of the tenant, as they change' }),
};

export const usage = {
  list: procedure({
    summary: 'The usage events that the figures are made of, newest first',
    permission: 'analytics.view',
    audit: view('usage.listed'),
    input: Page.extend({
      from: Timestamp,
      to: Timestamp,
      outcome: QueryOutcome.nullable().default(null),
      model: z.string().min(1).max(300).nullable().default(null),
      person: Id.nullable().default(null),
    }),
    output: z.object({ events: z.array(UsageEvent), next: z.string().nullable() }),
  }),
  groups: procedure({
    summary: 'The usage of a span of time by model and by person, most queries first',
    permission: 'analytics.view',
    audit: view('usage.groups-viewed'),
    input: z.object({ from: Timestamp, to: Timestamp }),
    output: z.object({
      models: z.array(UsageGroup.extend({ model: z.string() })),
      people: z.array(UsageGroup.extend({ person: Id, name: z.string() })),
    }),
  }),
};
