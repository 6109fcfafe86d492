import { ConsoleError, type installationContract, type TenantSummary, TREND_DAYS } from '../../../contract';
import type { Handlers } from '../../door';
import type { SqlRow } from '../../ports';
import type { ControlContext } from '../context';
import { planOf } from '../plans';
import type { TenantPool } from './pool';
import { type TenantRecord, type TenantRecords, tenantFrom } from './records';

const HOUR_MS = 3_600_000;

type List = Handlers<(typeof installationContract)['tenants']>['list'];

interface Day {
  queries: number;
  tokens: number;
  cost: number;
  failed: number;
  /** Milliseconds since 1970; of what an earlier version counted, the beginning of its hour. */
  lastAt: number | null;
}

/** All tenants with the day's numbers: filtered in memory, the numbers out of the roll-ups. */
export function createTenantList(context: ControlContext, records: TenantRecords, pool: TenantPool): List {
  const { store, ports } = context;

  async function readDays(hour: number): Promise<Map<string, Day>> {
    const rows = await store.read(
      `SELECT tenant_id, sum(iif(hour > ?, queries, 0)) AS queries, sum(iif(hour > ?, tokens, 0)) AS tokens,
         sum(iif(hour > ?, cost_micros, 0)) AS cost, sum(iif(hour > ?, failed, 0)) AS failed,
         max(ifnull(last_at, hour * 3600000)) AS last_at
       FROM tenant_hours GROUP BY tenant_id`,
      [hour - 24, hour - 24, hour - 24, hour - 24],
    );
    return new Map(rows.map((row) => [String(row.tenant_id), dayFrom(row)]));
  }

  async function readTrends(ids: readonly string[], hour: number): Promise<Map<string, number[]>> {
    const today = Math.floor(hour / 24);
    const rows = await store.read(
      `SELECT tenant_id, hour / 24 AS day, sum(queries) AS queries FROM tenant_hours
       WHERE tenant_id IN (SELECT value FROM json_each(?)) AND hour / 24 > ? GROUP BY tenant_id, day`,
      [JSON.stringify(ids), today - TREND_DAYS],
    );
    const trends = new Map(ids.map((id) => [id, Array.from({ length: TREND_DAYS }, () => 0)]));
    for (const row of rows) {
      const trend = trends.get(String(row.tenant_id));
      if (trend) trend[TREND_DAYS - 1 - (today - Number(row.day))] = Number(row.queries);
    }
    return trends;
  }

  return async function list({ search, state, sort, direction, limit, cursor }) {
    const hour = Math.floor(ports.clock.now() / HOUR_MS);
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = records
      .all()
      .filter((record) => state === null || record.state === state)
      .filter(({ name, domain }) => words.every((word) => `${name} ${domain}`.toLowerCase().includes(word)));
    const days = await readDays(hour);
    const sorted = matching.sort(comparison({ sort, direction }, days));
    const from = positionAfter(cursor, sorted);
    const page = sorted.slice(from, from + limit);
    const trends = await readTrends(
      page.map(({ id }) => id),
      hour,
    );
    return {
      tenants: page.map((record) => summary(record, days.get(record.id), trends.get(record.id) ?? [])),
      total: matching.length,
      next: from + limit < sorted.length ? `${from + limit}:${page.at(-1)?.id}` : null,
    };
  };

  function summary(record: TenantRecord, day: Day | undefined, trend: number[]): TenantSummary {
    return {
      ...tenantFrom(record, pool.health(record).health),
      queries24h: day?.queries ?? 0,
      tokens24h: day?.tokens ?? 0,
      cost24h: { micros: day?.cost ?? 0, currency: planOf(context, record.plan).monthlyBase.currency },
      errors24h: day?.failed ?? 0,
      trend,
      lastActivityAt: day?.lastAt ?? null,
    };
  }
}

/** Where a list goes on: after the tenant that was its last, or at its place when it is not there any more. */
function positionAfter(cursor: string | undefined, sorted: readonly TenantRecord[]): number {
  if (cursor === undefined) return 0;
  const [, position, last] = /^(\d{1,7}):(.+)$/.exec(cursor) ?? [];
  if (position === undefined) throw new ConsoleError('BAD_INPUT');
  const found = sorted.findIndex(({ id }) => id === last);
  return found < 0 ? Math.max(Number(position) - 1, 0) : found + 1;
}

type Order = Pick<Parameters<List>[0], 'sort' | 'direction'>;

/** The order that was asked for; tenants that are alike in it stand by name. */
function comparison({ sort, direction }: Order, days: ReadonlyMap<string, Day>) {
  const sign = (direction ?? (sort === 'name' ? 'ascending' : 'descending')) === 'ascending' ? 1 : -1;
  const rankOf = ({ id, createdAt }: TenantRecord): number => {
    if (sort === 'created') return createdAt;
    if (sort === 'queries') return days.get(id)?.queries ?? 0;
    return days.get(id)?.cost ?? 0;
  };
  return (left: TenantRecord, right: TenantRecord): number => {
    const byName = left.name.localeCompare(right.name) || (left.id < right.id ? -1 : 1);
    if (sort === 'name') return sign * byName;
    return sign * (rankOf(left) - rankOf(right)) || byName;
  };
}

function dayFrom(row: SqlRow): Day {
  return {
    queries: Number(row.queries),
    tokens: Number(row.tokens),
    cost: Number(row.cost),
    failed: Number(row.failed),
    lastAt: row.last_at === null ? null : Number(row.last_at),
  };
}
