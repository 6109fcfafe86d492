import type { QueryOutcome } from '../../../contract';

interface UsageFilter {
  from: number;
  to: number;
  outcome?: QueryOutcome;
}

/** The address of the usage events of a span, to be used below a tenant. */
export function usagePath(tenantId: string, { from, to, outcome }: UsageFilter): string {
  const search = new URLSearchParams({ from: String(from), to: String(to) });
  if (outcome) search.set('outcome', outcome);
  return `/tenants/${tenantId}/usage?${search}`;
}
