import { ConsoleError } from '../../../contract';
import type { Actor } from '../../door';
import type { RuntimeContext } from '../context';
import { monthStart, nextMonthStart } from './month';

/** The place of a query among those of the month and those that run. */
export interface Reservation {
  /** Gives the place among the running ones back; a query that ran stays counted. */
  leave(): void;
  /** Gives both back: the query was not taken. */
  cancel(): void;
}

/**
 * Reserves a query before it runs, so that parallel calls cannot pass a limit together. What was refused does not
 * count against the month.
 */
export interface Quota {
  /** @throws ConsoleError QUOTA_EXCEEDED, TOO_BUSY */
  reserve(actor: Actor): Promise<Reservation>;
}

/** @param enter takes a place among the queries that run, and throws TOO_BUSY where there is none */
export function createQuota(context: RuntimeContext, enter: (actor: Actor) => () => void): Quota {
  let month = { start: -1, queries: 0 };
  let loading: Promise<void> | null = null;

  async function load(start: number): Promise<void> {
    const [row] = await context.store.read(
      'SELECT ifnull(sum(queries - refused), 0) AS queries FROM usage_hours WHERE hour >= ?',
      [Math.floor(start / 3_600_000)],
    );
    month = { start, queries: Number(row?.queries ?? 0) };
  }

  async function currentMonth(): Promise<void> {
    const start = monthStart(context.clock.now());
    if (month.start === start) return;
    loading ??= load(start).finally(() => {
      loading = null;
    });
    await loading;
  }

  return {
    async reserve(actor) {
      const { plan } = context.entitlements();
      await currentMonth();
      if (plan.queriesPerMonth !== null && month.queries >= plan.queriesPerMonth) {
        const now = context.clock.now();
        throw new ConsoleError('QUOTA_EXCEEDED', {
          reason: `The plan ${plan.name} includes ${plan.queriesPerMonth.toLocaleString('en')} queries a month.`,
          retryAfterMs: nextMonthStart(now) - now,
        });
      }
      const leave = enter(actor);
      const counted = month;
      counted.queries += 1;
      let isCounted = true;
      return {
        leave,
        cancel() {
          leave();
          if (isCounted) counted.queries -= 1;
          isCounted = false;
        },
      };
    },
  };
}
