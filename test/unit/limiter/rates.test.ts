import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBetterSqlite3Driver } from '../../../src/adapters/betterSqlite3';
import { isConsoleError } from '../../../src/contract';
import { openRates, RATE_SCHEMA, type RateLimits, type Rates } from '../../../src/engine/mechanism/limiter';
import { migrate, STORE_SCHEMA, Store } from '../../../src/engine/mechanism/store';
import { TestClock } from '../../support/engine/testClock';
import { temporaryFolder } from '../../support/temporaryFolder';

const MINUTE = 60_000;
const SCHEMA = [{ version: 1, name: 'counts', statements: [...STORE_SCHEMA, ...RATE_SCHEMA] }];
const TEN: RateLimits = { minute: 10, hour: null, day: null };
const TENANT = [{ name: 'tenant', limits: TEN }];

async function start() {
  const file = join(await temporaryFolder(), 'counts.db');
  const clock = new TestClock(Date.UTC(2026, 2, 10, 12));
  const driver = createBetterSqlite3Driver({});
  const database = await driver.create(file, null);
  await migrate(database, SCHEMA, 1);
  await database.close();

  async function open(): Promise<{ rates: Rates; store: Store }> {
    const store = await Store.open(await driver.open(file, null), clock);
    onTestFinished(() => store.close());
    const rates = await openRates(store, clock, (cause) => expect.unreachable(String(cause)));
    return { rates, store };
  }
  return { clock, open };
}

/** How many requests go through at once, and how long the next one would have to wait. */
function exhaust(rates: Rates, subjects = TENANT): { taken: number; waitMs: number } {
  for (let taken = 0; ; taken += 1) {
    try {
      rates.take(subjects);
    } catch (problem) {
      if (!isConsoleError(problem) || problem.code !== 'RATE_LIMITED') throw problem;
      return { taken, waitMs: problem.detail.retryAfterMs ?? 0 };
    }
  }
}

describe('rate limits', () => {
  it('let through what the span allows, and say how long to wait for one more', async () => {
    const { clock, open } = await start();
    const { rates } = await open();
    const { taken, waitMs } = exhaust(rates);
    expect(taken).toBe(10);
    clock.pass(waitMs - 1);
    expect(exhaust(rates).taken).toBe(0);
    clock.pass(1);
    expect(exhaust(rates).taken).toBe(1);
  });

  it('never let more than the limit through in any span that slides', async () => {
    const { clock, open } = await start();
    const { rates } = await open();
    clock.pass(MINUTE - 1_000);
    expect(exhaust(rates).taken).toBe(10);
    clock.pass(2_000);
    expect(exhaust(rates).taken).toBe(0);
  });

  it('count a request of all its subjects or of none', async () => {
    const { open } = await start();
    const { rates } = await open();
    const both = [...TENANT, { name: 'key:1', limits: { minute: 3, hour: null, day: null } }];
    expect(exhaust(rates, both).taken).toBe(3);
    expect(rates.take(TENANT)).toMatchObject([{ of: 'tenant', span: 'minute', limit: 10, remaining: 6 }]);
  });

  it('are still used up after a restart and after a clock that was set back', async () => {
    const { clock, open } = await start();
    const first = await open();
    expect(exhaust(first.rates).taken).toBe(10);
    await first.rates.close();
    await first.store.close();
    clock.set(clock.now() - 30 * MINUTE);
    const second = await open();
    expect(exhaust(second.rates).taken).toBe(0);
    clock.set(clock.now() - 24 * 60 * MINUTE);
    expect(exhaust(second.rates).taken).toBe(0);
    clock.pass(2 * MINUTE);
    expect(exhaust(second.rates).taken).toBe(10);
  });

  it('give at most one lease away when the engine is killed', async () => {
    const { open } = await start();
    const killed = await open();
    for (let count = 0; count < 6; count += 1) {
      killed.rates.take(TENANT);
      // Behind it in the queue: what the request had to write is on the disk.
      await killed.store.write({ events: [], housekeeping: true });
    }
    await killed.store.close();
    const { rates } = await open();
    expect(exhaust(rates).taken).toBeLessThanOrEqual(4);
  });
});
