import { z } from 'zod';
import { PlanId } from '../installation/plans';
import { procedure, view } from '../procedure';
import { Place } from '../residency';
import { Money, Timestamp } from '../values';

/** A calendar month of UTC: the one that runs, or the one before. */
export const BillingPeriod = z.enum(['current', 'previous']);
export type BillingPeriod = z.infer<typeof BillingPeriod>;

const Usage = z.object({
  queries: z.number().int(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  /** What the models cost at the prices of the moment of each query. */
  cost: Money,
});

/** What a month has cost a tenant so far; no invoice, which is not changed any more. */
export const Billing = Usage.extend({
  period: BillingPeriod,
  from: Timestamp,
  /** Where the month ends; of the current one, in the future. */
  to: Timestamp,
  /** The plan as it is now. */
  plan: PlanId,
  monthlyBase: Money,
  /** The base of the plan and what the models cost. */
  total: Money,
  quota: z.object({
    /** Queries that count against the month: those that were not refused. */
    used: z.number().int(),
    /** `null` is without limit. */
    limit: z.number().int().nullable(),
  }),
  /** The dearest first. */
  models: z.array(Usage.extend({ model: z.string(), place: Place })),
});
export type Billing = z.infer<typeof Billing>;

export const billing = {
  read: procedure({
    summary: 'What the tenant has cost in a month, by model, and what is left of its quota',
    permission: 'billing.view',
    audit: view('billing.viewed'),
    input: z.object({ period: BillingPeriod }),
    output: Billing,
  }),
};
