import { expect, it, onTestFinished } from 'vitest';
import type { ConsoleError } from '../../../src/contract';
import { startTestEngine } from '../../support/engine';
import { createCaller, problemOf } from '../../support/engine/calls';
import { folderUntil } from '../../support/engine/folders';
import { TestClock } from '../../support/engine/testClock';
import { ADMINISTRATOR, newTenant, OPERATOR } from '../../support/engine/world';

/*
 * Somebody guesses a password and tries to shake off the wait: by setting the clock, by another window, by a restart
 * of the engine, by having the tenant closed to make room for others.
 */

const YEAR = 365 * 86_400_000;
const LONG_WAIT = 16_000;
const { email } = ADMINISTRATOR;

async function start(openTenants = 50) {
  const clock = new TestClock();
  const folder = await folderUntil(onTestFinished);
  const test = startTestEngine(folder, { clock, openTenants });
  onTestFinished(() => test.engine.close());
  const operator = createCaller(test.engine);
  await operator.call('installation', 'operators.createFirst', OPERATOR);
  for (const domain of ['acme.example', 'other.example']) {
    const { id } = (await operator.call('installation', 'tenants.create', newTenant({ domain }))) as {
      id: string;
    };
    const steps = await operator.call('installation', 'tenants.progress', { id });
    for await (const { outcome } of steps as AsyncIterable<{ outcome: string }>)
      expect(outcome).not.toBe('failed');
  }
  let windows = 0;
  async function guess(
    engine = test.engine,
    tenant = 'acme.example',
    account = email,
  ): Promise<ConsoleError> {
    windows += 1;
    const caller = createCaller(engine, `window:${windows}`);
    const asked = { email: account, password: 'a guess' };
    const trying = caller.call('tenant', 'identity.signIn', asked, { tenant });
    return (await problemOf(trying)) as ConsoleError;
  }
  /** Guesses until the wait is a long one. */
  async function guessMuch(tenant = 'acme.example'): Promise<number> {
    for (let tries = 0; tries < 60; tries += 1) {
      const { code, detail } = await guess(test.engine, tenant);
      const wait = code === 'TOO_MANY_TRIES' ? (detail.retryAfterMs ?? 0) : 0;
      if (wait >= LONG_WAIT) return wait;
      clock.pass(wait);
    }
    throw new Error('whoever guesses never has to wait');
  }
  return { clock, folder, test, operator, guess, guessMuch };
}

it.each([
  ['forward', YEAR],
  ['back', -YEAR],
])('setting the clock %s does not shorten the wait', async (_, by) => {
  const { clock, guess, guessMuch } = await start();
  const wait = await guessMuch();
  clock.set(clock.now() + by);
  expect(await guess()).toMatchObject({ code: 'TOO_MANY_TRIES', detail: { retryAfterMs: wait } });
});

it.each([
  ['forward', YEAR],
  ['back', -YEAR],
])('a restart with the clock set %s begins the wait anew', async (_, by) => {
  const { clock, folder, test, guess, guessMuch } = await start();
  await guessMuch();
  await test.engine.close();
  clock.set(clock.now() + by);
  const after = startTestEngine(folder, { clock, keystore: test.keystore });
  onTestFinished(() => after.engine.close());
  const problem = await guess(after.engine);
  expect(problem.code).toBe('TOO_MANY_TRIES');
  expect(problem.detail.retryAfterMs).toBeGreaterThan(10_000);
});

it('a new window for each account does not get around the wait of their source', async () => {
  const { test, guess } = await start();
  const codes = new Set<string>();
  for (let account = 0; account < 60; account += 1) {
    codes.add((await guess(test.engine, 'acme.example', `person${account}@acme.example`)).code);
  }
  expect(codes).toContain('TOO_MANY_TRIES');
});

it('closing the tenant to make room for another does not let it forget', async () => {
  const { test, guess, guessMuch } = await start(1);
  await guessMuch();
  const elsewhere = createCaller(test.engine);
  const { password } = ADMINISTRATOR;
  await elsewhere.call('tenant', 'identity.signIn', { email, password }, { tenant: 'other.example' });
  await elsewhere.call('tenant', 'users.list', {}, { tenant: 'other.example' });
  expect(await guess()).toMatchObject({ code: 'TOO_MANY_TRIES' });
});

it('a restart does not tell a tenant that is there from one that is not', async () => {
  const { clock, folder, test, guess, guessMuch } = await start();
  const waits = [await guessMuch('acme.example'), await guessMuch('nobody.example')];
  expect(waits[0]).toBe(waits[1]);
  await test.engine.close();
  const after = startTestEngine(folder, { clock, keystore: test.keystore });
  onTestFinished(() => after.engine.close());
  const there = await guess(after.engine, 'acme.example');
  const absent = await guess(after.engine, 'nobody.example');
  expect([absent.code, absent.detail]).toEqual([there.code, there.detail]);
});
