import type { Billing, BillingPeriod, Money, Place } from '../../../contract';
import type { SqlRow } from '../../ports';
import type { RuntimeContext } from '../context';
import { monthStart, nextMonthStart } from './month';

const HOUR_MS = 3_600_000;

/** Reads what a month cost out of the hourly roll-ups; money is added up as whole micro-units. */
export async function readBilling(context: RuntimeContext, period: BillingPeriod): Promise<Billing> {
  const { plan, currency } = context.entitlements();
  const current = monthStart(context.clock.now());
  const from = period === 'current' ? current : monthStart(current - 1);
  const to = nextMonthStart(from);
  const money = (micros: number): Money => ({ micros, currency });
  const usage = (row: SqlRow | undefined) => ({
    queries: Number(row?.queries ?? 0),
    inputTokens: Number(row?.input_tokens ?? 0),
    outputTokens: Number(row?.output_tokens ?? 0),
    cost: money(Number(row?.cost_micros ?? 0)),
  });
  const [[all], models] = await Promise.all([sums(context, from, to, null), sums(context, from, to, GROUPS)]);
  const whole = usage(all);
  return {
    ...whole,
    period,
    from,
    to,
    plan: plan.id,
    monthlyBase: plan.monthlyBase,
    total: money(plan.monthlyBase.micros + whole.cost.micros),
    quota: { used: Number(all?.counted ?? 0), limit: plan.queriesPerMonth },
    models: models.map((row) => ({
      ...usage(row),
      model: String(row.model),
      place: { kind: row.place as Place['kind'], region: row.region ? String(row.region) : null },
    })),
  };
}

const GROUPS = 'model, place, region';

function sums({ store }: RuntimeContext, from: number, to: number, groups: typeof GROUPS | null) {
  const [columns, grouped] = groups
    ? [`${groups},`, `GROUP BY ${groups} ORDER BY cost_micros DESC, queries DESC, model`]
    : ['', ''];
  return store.read(
    `SELECT ${columns} ifnull(sum(queries), 0) AS queries, ifnull(sum(queries - refused), 0) AS counted,
       ifnull(sum(input_tokens), 0) AS input_tokens, ifnull(sum(output_tokens), 0) AS output_tokens,
       ifnull(sum(cost_micros), 0) AS cost_micros
     FROM usage_hours WHERE hour >= ? AND hour < ? ${grouped}`,
    [from / HOUR_MS, to / HOUR_MS],
  );
}
