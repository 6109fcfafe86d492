import { describe, expect, it, onTestFinished } from 'vitest';
import { createBetterSqlite3Driver } from '../../../src/adapters/betterSqlite3';
import {
  createBackOff,
  createConcurrency,
  createSignInGuard,
  SIGN_IN_FAILURES_SCHEMA,
  type SignInGuard,
  STRANGER_FAILURES_SCHEMA,
} from '../../../src/engine/mechanism/limiter';
import { migrate, STORE_SCHEMA, Store } from '../../../src/engine/mechanism/store';
import { folderUntil } from '../../support/engine/folders';
import { TestClock } from '../../support/engine/testClock';

function waitOf(act: () => void): number | null {
  try {
    act();
    return null;
  } catch (problem) {
    return (problem as { detail: { retryAfterMs: number } }).detail.retryAfterMs;
  }
}

describe('the back-off', () => {
  it('lets some tries go and doubles the wait after each further one, up to a quarter of an hour', () => {
    const clock = new TestClock();
    const backOff = createBackOff(clock);
    const waits: (number | null)[] = [];
    for (let tries = 0; tries < 16; tries += 1) {
      backOff.admit('a');
      backOff.count('a');
      const wait = waitOf(() => backOff.admit('a'));
      waits.push(wait);
      clock.pass(wait ?? 0);
    }
    const minute = 60_000;
    expect(waits).toEqual([
      null,
      null,
      null,
      2_000,
      4_000,
      8_000,
      16_000,
      32_000,
      64_000,
      128_000,
      256_000,
      512_000,
      15 * minute,
      15 * minute,
      15 * minute,
      15 * minute,
    ]);
    expect(waitOf(() => backOff.admit('b'))).toBeNull();
  });

  it('is not shortened by setting the clock', () => {
    const clock = new TestClock();
    const backOff = createBackOff(clock);
    for (let tries = 0; tries < 5; tries += 1) backOff.count('a');
    const wait = waitOf(() => backOff.admit('a'));
    clock.set(clock.now() + 10 * 3_600_000);
    expect(waitOf(() => backOff.admit('a'))).toBe(wait);
    clock.set(0);
    expect(waitOf(() => backOff.admit('a'))).toBe(wait);
  });

  it('forgets old tries', () => {
    const clock = new TestClock();
    const backOff = createBackOff(clock);
    for (let tries = 0; tries < 5; tries += 1) backOff.count('a');
    clock.pass(3_600_000);
    backOff.count('a');
    expect(waitOf(() => backOff.admit('a'))).toBeNull();
  });
});

async function openGuard() {
  const clock = new TestClock();
  const folder = await folderUntil(onTestFinished);
  const database = await createBetterSqlite3Driver().create(`${folder}/guard.db`, null);
  await migrate(
    database,
    [
      {
        version: 1,
        name: 'guard',
        statements: [...STORE_SCHEMA, ...SIGN_IN_FAILURES_SCHEMA, ...STRANGER_FAILURES_SCHEMA],
      },
    ],
    1,
  );
  const store = await Store.open(database, clock);
  onTestFinished(() => store.close());
  const create = (table?: 'stranger_failures') =>
    createSignInGuard({ store, clock, nameOf: (subject) => subject, ...(table && { table }) });
  return { clock, store, create, guard: create() };
}

const refused = {
  at: 0,
  event: 'test',
  actor: 'nobody',
  target: null,
  outcome: 'refused',
  detail: {},
} as const;

async function waitForTry(guard: SignInGuard, source: string, account: string): Promise<number | null> {
  try {
    await guard.begin(source, account);
    return null;
  } catch (problem) {
    return (problem as { detail: { retryAfterMs: number } }).detail.retryAfterMs;
  }
}

describe('the guard of the sign-in', () => {
  async function fail(store: Store, guard: SignInGuard, source: string, account: string): Promise<void> {
    const attempt = await guard.begin(source, account);
    await store.write({ statements: attempt.failed, events: [refused] });
  }

  it('does not let one source keep another one out', async () => {
    const { guard } = await openGuard();
    for (let tries = 0; tries < 4; tries += 1) await guard.begin('stranger', 'ada');
    expect(await waitForTry(guard, 'stranger', 'ada')).toBe(2_000);
    expect(await waitForTry(guard, 'home', 'ada')).toBeNull();
    expect(await waitForTry(guard, 'stranger', 'bob')).toBeNull();
  });

  it('takes all windows of the console for one source', async () => {
    const { guard } = await openGuard();
    for (let tries = 0; tries < 4; tries += 1) await guard.begin(`window:${tries}`, 'ada');
    expect(await waitForTry(guard, 'window:9', 'ada')).toBe(2_000);
  });

  it('does not count those who succeed against their source, and does not clear those who failed', async () => {
    const { guard } = await openGuard();
    for (let tries = 0; tries < 50; tries += 1) (await guard.begin('office', `person ${tries}`)).succeed();
    for (let tries = 0; tries < 21; tries += 1) {
      if (tries < 20) (await guard.begin('office', 'mallory')).succeed();
      await guard.begin('office', `victim ${tries}`);
    }
    expect(await waitForTry(guard, 'office', 'another')).toBe(2_000);
    const { guard: calm } = await openGuard();
    for (let tries = 0; tries < 20; tries += 1) await calm.begin('office', `victim ${tries}`);
    (await calm.begin('office', 'owner')).succeed();
    expect(await waitForTry(calm, 'office', 'owner')).toBeNull();
  });

  it('cannot be confused by names that hold a separator', async () => {
    const { guard } = await openGuard();
    for (let tries = 0; tries < 4; tries += 1) await guard.begin('a b', 'c');
    expect(await waitForTry(guard, 'a', 'b c')).toBeNull();
  });

  it('makes whoever had to wait begin the wait anew after a restart, whatever the clock says', async () => {
    const { clock, store, guard, create } = await openGuard();
    for (let tries = 0; tries < 8; tries += 1) {
      await fail(store, guard, 'office', 'ada');
      clock.pass(32_000);
    }
    // The last wait has passed: what counts is what a restart makes of it.
    for (const now of [clock.now() + 365 * 86_400_000, 0]) {
      clock.set(now);
      const after = create();
      expect(await waitForTry(after, 'office', 'ada')).toBe(32_000);
      clock.pass(32_000);
      expect(await waitForTry(after, 'office', 'ada')).toBeNull();
      expect(await waitForTry(after, 'office', 'ada')).toBe(64_000);
    }
  });

  it('forgets on the disk too when somebody succeeds', async () => {
    const { store, guard, create } = await openGuard();
    for (let tries = 0; tries < 3; tries += 1) await fail(store, guard, 'office', 'ada');
    const attempt = await guard.begin('office', 'ada');
    await store.write({ statements: attempt.succeeded, events: [refused] });
    attempt.succeed();
    const after = create();
    for (let tries = 0; tries < 3; tries += 1) expect(await waitForTry(after, 'office', 'ada')).toBeNull();
  });

  it('keeps the failures of operators, however many strangers fail', async () => {
    const { store, guard, create } = await openGuard();
    for (let tries = 0; tries < 4; tries += 1) await fail(store, guard, 'office', 'ada');
    const strangers = create('stranger_failures');
    for (let batch = 0; batch < 12; batch += 1) {
      const names = Array.from({ length: 500 }, (_, at) => `${batch} ${at}`);
      const tries = await Promise.all(names.map((name) => strangers.begin(name, name)));
      await store.write({ statements: tries.flatMap(({ failed }) => failed), events: [refused] });
    }
    await fail(store, guard, 'home', 'bob');
    expect(await waitForTry(create(), 'office', 'ada')).toBe(2_000);
    const [kept] = await store.read('SELECT count(*) AS rows FROM stranger_failures');
    expect(kept?.rows).toBe(10_000);
  });

  it('counts tries at the same time one by one', async () => {
    const { guard } = await openGuard();
    const tries = await Promise.all(Array.from({ length: 10 }, () => waitForTry(guard, 'office', 'ada')));
    expect(tries.filter((wait) => wait === null)).toHaveLength(4);
  });
});

describe('concurrency', () => {
  it('gives a place back once', () => {
    const places = createConcurrency();
    const two = [{ name: 'tenant', limit: 2 }];
    const leave = places.enter(two);
    places.enter(two);
    expect(() => places.enter(two)).toThrow(expect.objectContaining({ code: 'TOO_BUSY' }));
    leave();
    leave();
    expect(places.running('tenant')).toBe(1);
    places.enter(two);
    expect(() => places.enter(two)).toThrow(expect.objectContaining({ code: 'TOO_BUSY' }));
  });

  it('takes a place of everybody or of nobody, and names who has none left', () => {
    const places = createConcurrency();
    const tenant = { name: 'tenant', limit: 3 };
    places.enter([tenant, { name: 'key:a', limit: 1 }]);
    const another = () => places.enter([tenant, { name: 'key:a', limit: 1 }]);
    expect(another).toThrow(
      expect.objectContaining({
        code: 'TOO_BUSY',
        detail: expect.objectContaining({ limit: { of: 'key', per: 'at-once', most: 1 } }),
      }),
    );
    expect(places.running('tenant')).toBe(1);
    places.enter([tenant, { name: 'key:b', limit: 1 }]);
    expect(places.running('tenant')).toBe(2);
  });
});
