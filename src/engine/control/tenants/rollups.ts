import { TREND_DAYS } from '../../../contract';
import { bulkInsert } from '../../mechanism/store';
import type { RuntimeHandle } from '../../tenant';
import type { ControlContext } from '../context';
import type { TenantPool } from './pool';

const EVERY_MS = 5_000;
const HOUR_MS = 3_600_000;
const REACH_HOURS = TREND_DAYS * 24;

/** The table replaces an hour that is there already. */
const HOURS = bulkInsert('tenant_hours', [
  'tenant_id',
  'hour',
  'queries',
  'failed',
  'tokens',
  'cost_micros',
  'last_at',
]);

/** Brings the numbers of the open tenants into the catalogue. Hours are absolute, so a repeat does no harm. */
export interface Rollups {
  /** Brings in what is new in one tenant, or in all that are open. */
  collect(only?: string): Promise<void>;
  stop(): void;
}

interface Collected {
  readonly runtime: RuntimeHandle;
  readonly revision: number;
  readonly hour: number;
}

export function startRollups({ store, ports }: ControlContext, pool: TenantPool): Rollups {
  const collected = new Map<string, Collected>();

  async function collectFrom(id: string, runtime: RuntimeHandle): Promise<void> {
    const last = collected.get(id);
    const revision = runtime.usageRevision;
    if (last?.runtime === runtime && last.revision === revision) return;
    const hour = Math.floor(ports.clock.now() / HOUR_MS);
    // Hours may have passed since: a machine sleeps, a tenant was closed, a clock is set back.
    const from = last ? Math.min(last.hour, hour) - 1 : hour - REACH_HOURS;
    const hours = await runtime.readHours(from);
    collected.set(id, { runtime, revision, hour });
    if (hours.length === 0) return;
    const rows = hours.map((row) => [
      id,
      row.hour,
      row.queries,
      row.failed,
      row.tokens,
      row.costMicros,
      row.lastAt,
    ]);
    await store.write({ rows: [{ into: HOURS, rows }], events: [], housekeeping: true });
  }

  async function collect(only?: string): Promise<void> {
    for (const [id, runtime] of pool.allOpened()) {
      if (only !== undefined && id !== only) continue;
      try {
        await collectFrom(id, runtime);
      } catch (problem) {
        ports.log.error('the numbers of a tenant were not collected', problem, { tenant: id });
      }
    }
  }

  const stop = ports.clock.every(EVERY_MS, () => void collect());
  return { collect, stop };
}
