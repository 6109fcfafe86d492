import { expect, it, onTestFinished } from 'vitest';
import { type IssuedInvitation, isConsoleError } from '../../../src/contract';
import { startTestEngine } from '../../support/engine';
import { createCaller, problemOf } from '../../support/engine/calls';
import { startStaffed } from '../../support/engine/staffed';
import { TestClock } from '../../support/engine/testClock';

/*
 * Somebody guesses codes of invitations: through new windows, over a restart of the engine, and at a tenant that is
 * not there, to see whether that one makes them wait too.
 */

it('waits longer and longer, whether there is such an invitation or not', async () => {
  const clock = new TestClock();
  const { add, test } = await startStaffed({ clock });
  const ada = await add('ada.b@acme.example', 'tenant-admin');
  const email = 'iva@acme.example';
  const { code } = await ada.call<IssuedInvitation>('people.invite', { name: 'Iva', email, role: 'user' });
  let { engine } = test;
  let windows = 0;
  async function guess(tenant: string, typed = 'WWWW-WWWW-WWWW-WWWW-WWWW-WWWW-WWWW-WWWW'): Promise<number> {
    windows += 1;
    const caller = createCaller(engine, `window:${windows}`);
    const problem = await problemOf(
      caller.call('tenant', 'people.openInvitation', { email, code: typed }, { tenant }),
    );
    if (!isConsoleError(problem)) throw problem;
    return problem.code === 'TOO_MANY_TRIES' ? (problem.detail.retryAfterMs ?? 0) : 0;
  }

  for (const tenant of ['acme.example', 'nowhere.example']) {
    for (let tries = 0; tries < 4; tries += 1) expect([tenant, await guess(tenant)]).toEqual([tenant, 0]);
    const wait = await guess(tenant);
    expect([tenant, wait]).toEqual([tenant, 2_000]);
  }
  // The right code has to wait as well: a guesser learns nothing from being let in at once.
  expect(await guess('acme.example', code)).toBeGreaterThan(0);

  await engine.close();
  engine = startTestEngine(test.ports.files.absolute(''), { clock, keystore: test.keystore }).engine;
  onTestFinished(() => engine.close());
  for (const tenant of ['acme.example', 'nowhere.example']) {
    expect([tenant, await guess(tenant)]).toEqual([tenant, 2_000]);
  }
});
