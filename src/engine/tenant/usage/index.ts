import type { Overview, Period, tenantContract } from '../../../contract';
import type { Handlers } from '../../door';
import type { RuntimeContext } from '../context';
import { readBilling } from './billing';
import { groupUsage, listUsage } from './events';
import { readOverview } from './overview';

export { monthStart } from './month';
export { createQuota, type Quota, type Reservation } from './quota';
export { type MeteredQuery, usageRow } from './record';

/** A screen is told of changes at most so often. */
const WATCH_MS = 1_000;

/** The figures of the tenant and the events they are made of. */
export function createUsage(
  context: RuntimeContext,
): Handlers<Pick<typeof tenantContract, 'overview' | 'usage' | 'billing'>> {
  async function* watch(period: Period, signal: AbortSignal): AsyncGenerator<Overview> {
    const ends = AbortSignal.any([signal, context.closing]);
    while (!ends.aborted) {
      const change = context.changes.next('usage', ends);
      yield await readOverview(context, period);
      await change;
      if (!ends.aborted) await context.clock.wait(WATCH_MS, ends).catch(ignoreAbort(ends));
    }
  }

  return {
    overview: {
      read: ({ period }) => readOverview(context, period),
      watch: async ({ period }, call) => watch(period, call.signal),
    },
    billing: {
      read: ({ period }) => readBilling(context, period),
    },
    usage: {
      list: (asked) => listUsage(context, asked),
      groups: (span) => groupUsage(context, span),
    },
  };
}

function ignoreAbort(signal: AbortSignal): (problem: unknown) => void {
  return (problem) => {
    if (!signal.aborted) throw problem;
  };
}
