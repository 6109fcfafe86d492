import { z } from 'zod';
import { procedure, view } from '../procedure';
import { Money } from '../values';

export const PlanId = z.enum(['starter', 'professional', 'enterprise', 'custom']);
export type PlanId = z.infer<typeof PlanId>;

/** What a plan lets a tenant do. `null` is without limit. */
export const Plan = z.object({
  id: PlanId,
  name: z.string(),
  summary: z.string(),
  monthlyBase: Money,
  queriesPerMonth: z.number().int().nullable(),
  requestsPerMinute: z.number().int().nullable(),
  requestsPerHour: z.number().int().nullable(),
  requestsPerDay: z.number().int().nullable(),
  concurrentRequests: z.number().int(),
  /** Its share of a model that many ask: one of priority 4 is given four times the time of one of priority 1. */
  priority: z.number().int().min(1),
  storageBytes: z.number().int(),
  documentBytes: z.number().int(),
  users: z.number().int().nullable(),
  cloudModels: z.boolean(),
});
export type Plan = z.infer<typeof Plan>;

export const plans = {
  list: procedure({
    summary: 'The plans a tenant can have',
    permission: 'tenants.manage',
    audit: view('plans.listed'),
    input: z.object({}),
    output: z.array(Plan),
  }),
};
