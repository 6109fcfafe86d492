import type { Figure, Overview, Period, Place, Tenant, UsageBucket, UsageEvent } from '../../../src/contract';
import { pick, seeded, uuidv7 } from './random';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SPANS: Record<Period, { length: number; bucket: number }> = {
  '24h': { length: DAY, bucket: HOUR },
  '7d': { length: 7 * DAY, bucket: 6 * HOUR },
  '30d': { length: 30 * DAY, bucket: DAY },
};
const PEOPLE = ['Ingrid Sørlie', 'Tomasz Wróbel', 'Adaeze Obi', 'Clément Roux', 'Priya Raman'] as const;
const HERE: Place = { kind: 'this-machine', region: null };

interface ModelChoice {
  model: string;
  place: Place;
  speed: number;
  microsPerToken: number;
}

const LOCAL: readonly [ModelChoice, ...ModelChoice[]] = [
  { model: 'ollama/llama3.1:8b', place: HERE, speed: 1, microsPerToken: 2.1 },
  { model: 'ollama/llama3.1:8b', place: HERE, speed: 1, microsPerToken: 2.1 },
  {
    model: 'ollama/mistral-nemo:12b',
    place: { kind: 'this-site', region: null },
    speed: 1.5,
    microsPerToken: 3,
  },
  { model: 'embedded/SmolLM2-135M-Instruct', place: HERE, speed: 0.4, microsPerToken: 0.3 },
];
const CLOUD: ModelChoice = {
  model: 'openai/gpt-5-mini',
  place: { kind: 'cloud', region: 'eu-de' },
  speed: 0.7,
  microsPerToken: 9,
};

/** Two months of usage of a tenant, oldest first: office hours, weekends off, slow growth. */
export function makeUsage(tenant: Tenant, index: number, now: number): UsageEvent[] {
  const random = seeded(1000 + index);
  const events: UsageEvent[] = [];
  const start = Math.max(tenant.createdAt, now - 60 * DAY);
  if (now - start < DAY) return events;
  const busy = 26 - 5 * (index % 5);
  for (let hour = Math.floor(start / HOUR) * HOUR; hour < now; hour += HOUR) {
    const date = new Date(hour);
    const clock = date.getUTCHours();
    const office = clock >= 7 && clock <= 18 ? Math.sin(((clock - 6) / 13) * Math.PI) : 0.04;
    const weekday = date.getUTCDay() % 6 === 0 ? 0.18 : 1;
    const growth = 0.6 + 0.5 * ((hour - start) / (now - start));
    const amount = Math.floor(busy * office * weekday * growth * (0.6 + random() * 0.8) + random() * 0.3);
    for (let each = 0; each < amount; each += 1) {
      const at = Math.floor(hour + random() * HOUR);
      if (at < now) events.push(makeEvent(tenant, at, random));
    }
  }
  return events.sort((a, b) => a.at - b.at);
}

/** The id of a person of the sample, always the same. */
function personIdOf(name: (typeof PEOPLE)[number]): string {
  return uuidv7(1_700_000_000_000, seeded(PEOPLE.indexOf(name) + 1));
}

function makeEvent(tenant: Tenant, at: number, random: () => number): UsageEvent {
  const cloud = tenant.residency.mode === 'cloud-allowed' && random() < 0.6;
  const { model, place, speed, microsPerToken } = cloud ? CLOUD : pick(LOCAL, random);
  const fate = random();
  const outcome = fate < 0.955 ? 'answered' : fate < 0.975 ? 'stopped' : fate < 0.99 ? 'failed' : 'refused';
  const inputTokens = 380 + Math.floor(random() * 2400);
  const outputTokens =
    outcome === 'answered' ? 60 + Math.floor(random() ** 2 * 900) : Math.floor(random() * 40);
  const firstTokenMs = outcome === 'refused' ? null : Math.round((110 + random() ** 3 * 900) * speed);
  const totalMs =
    outcome === 'refused' ? 4 : Math.round((firstTokenMs ?? 0) + outputTokens * (6 + random() * 9) * speed);
  const userName = pick(PEOPLE, random);
  return {
    id: uuidv7(at, random),
    at,
    personId: personIdOf(userName),
    userName,
    model,
    place,
    route: random() < 0.04 ? 'fallback' : 'chosen',
    inputTokens,
    outputTokens,
    tokensReported: !model.startsWith('embedded') || random() < 0.9,
    firstTokenMs,
    totalMs,
    cost: { micros: Math.round((inputTokens * 0.3 + outputTokens) * microsPerToken), currency: 'EUR' },
    outcome,
    problem: outcome === 'failed' ? 'MODEL_FAILED' : outcome === 'refused' ? 'RESIDENCY_REFUSED' : null,
  };
}

function quantile(values: readonly number[], q: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? null;
}

function sum(events: readonly UsageEvent[], value: (event: UsageEvent) => number): number {
  return events.reduce((total, event) => total + value(event), 0);
}

function latencies(events: readonly UsageEvent[]): number[] {
  return events.filter((event) => event.outcome === 'answered').map((event) => event.totalMs);
}

function bucketOf(from: number, events: readonly UsageEvent[]): UsageBucket {
  return {
    from,
    queries: events.length,
    failed: events.filter((event) => event.outcome === 'failed').length,
    inputTokens: sum(events, (event) => event.inputTokens),
    outputTokens: sum(events, (event) => event.outputTokens),
    costMicros: sum(events, (event) => event.cost.micros),
    p50Ms: quantile(latencies(events), 0.5),
    p95Ms: quantile(latencies(events), 0.95),
  };
}

/** The key figures of a tenant over a period, from its usage events. */
export function overviewOf(events: readonly UsageEvent[], period: Period, now: number): Overview {
  const { length, bucket } = SPANS[period];
  const to = Math.ceil(now / bucket) * bucket;
  const from = to - length;
  const within = (a: number, b: number) => events.filter((event) => event.at >= a && event.at < b);
  const current = within(from, to);
  const before = within(from - length, from);
  const figure = (value: (events: readonly UsageEvent[]) => number): Figure => ({
    value: value(current),
    previous: before.length > 0 ? value(before) : null,
  });
  const steps = Array.from({ length: length / bucket }, (_, index) => from + index * bucket);
  const byModel = Map.groupBy(current, (event) => event.model);
  const outside = current.filter((event) => event.place.kind === 'cloud').length;
  return {
    period,
    from,
    to,
    bucketMs: bucket,
    queries: figure((all) => all.length),
    failed: figure((all) => all.filter((event) => event.outcome === 'failed').length),
    inputTokens: figure((all) => sum(all, (event) => event.inputTokens)),
    outputTokens: figure((all) => sum(all, (event) => event.outputTokens)),
    activeUsers: figure((all) => new Set(all.map((event) => event.userName)).size),
    p50Ms: figure((all) => quantile(latencies(all), 0.5) ?? 0),
    p95Ms: figure((all) => quantile(latencies(all), 0.95) ?? 0),
    firstTokenP50Ms: figure(
      (all) =>
        quantile(
          all.flatMap((event) => event.firstTokenMs ?? []),
          0.5,
        ) ?? 0,
    ),
    costMicros: figure((all) => sum(all, (event) => event.cost.micros)),
    currency: 'EUR',
    buckets: steps.map((step) => bucketOf(step, within(step, step + bucket))),
    models: [...byModel]
      .map(([model, list]) => ({
        model,
        place: list[0]?.place ?? HERE,
        queries: list.length,
        tokens: sum(list, (event) => event.inputTokens + event.outputTokens),
      }))
      .sort((a, b) => b.queries - a.queries),
    quota: {
      queriesUsed: within(now - 24 * DAY, now).length,
      queriesLimit: events.length === 0 ? 10_000 : Math.ceil(within(now - 24 * DAY, now).length / 830) * 1000,
      storageUsedBytes: events.length === 0 ? 0 : 412_000_000 + events.length * 4096,
      storageLimitBytes: 10 * 1024 ** 3,
      resetsAt: now + 6 * DAY,
    },
    egress: { allowed: outside, refused: Math.floor(current.length / 160), outside },
    documents: events.length === 0 ? 0 : 48,
    users: events.length === 0 ? 1 : PEOPLE.length + 3,
  };
}
