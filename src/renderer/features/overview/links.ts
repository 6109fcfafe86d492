import type { QueryOutcome } from '../../../contract';

interface UsageFilter {
  from: number;
  to: number;
  outcome?: QueryOutcome;
  model?: string;
}

/** The address of the usage events of a span, to be used below a tenant. */
export function usagePath(tenantId: string, { from, to, outcome, model }: UsageFilter): string {
  const search = new URLSearchParams({ from: String(from), to: String(to) });
  if (outcome) search.set('outcome', outcome);
  if (model) search.set('model', model);
  return `/tenants/${tenantId}/usage?${search}`;
}
