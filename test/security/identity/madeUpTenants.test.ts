import { expect, it } from 'vitest';
import type { ConsoleError } from '../../../src/contract';
import { createCaller, problemOf } from '../../support/engine/calls';
import { inspectCatalog } from '../../support/engine/soundness';
import { startStaffed } from '../../support/engine/staffed';
import { TestClock } from '../../support/engine/testClock';
import { ADMINISTRATOR } from '../../support/engine/world';

/*
 * Somebody guesses with a new address of a tenant each time, so that none of them makes them wait: to fill the
 * catalogue with refusals, and to learn which tenants there are from who is made to wait.
 */

const GUESSES = 130;

async function start() {
  const clock = new TestClock();
  const staffed = await startStaffed({ clock });
  const { test } = staffed;
  async function guess(tenant: string, source = 'address:10.0.0.9', name = 'identity.signIn') {
    const asked =
      name === 'identity.signIn'
        ? { email: ADMINISTRATOR.email, password: 'a guess' }
        : { email: ADMINISTRATOR.email, code: 'WWWW-WWWW-WWWW-WWWW-WWWW-WWWW-WWWW-WWWW' };
    const problem = await problemOf(
      createCaller(test.engine, source).call('tenant', name, asked, { tenant }),
    );
    return (problem as ConsoleError).code;
  }
  return { ...staffed, clock, guess };
}

it('has to wait, writes nothing more then, and learns no tenant from it', async () => {
  const { test, guess } = await start();
  const codes: string[] = [];
  for (let tries = 0; tries < GUESSES; tries += 1) {
    const name = tries % 2 === 0 ? 'identity.signIn' : 'people.openInvitation';
    codes.push(await guess(`made-up-${tries}.example`, 'address:10.0.0.9', name));
  }
  const refused = codes.indexOf('TOO_MANY_TRIES');
  expect(refused).toBeGreaterThan(20);
  expect(new Set(codes.slice(refused))).toEqual(new Set(['TOO_MANY_TRIES']));
  expect(await guess('acme.example')).toBe('TOO_MANY_TRIES');
  expect(await guess('made-up.example', 'address:10.0.0.10')).toBe('WRONG_CREDENTIALS');
  await test.engine.close();
  await inspectCatalog(test.ports.files.absolute(''), async (database) => {
    const [row] = await database.read(
      "SELECT count(*) AS refusals FROM audit_events WHERE actor = 'unknown:address:10.0.0.9'",
    );
    expect(row?.refusals).toBe(refused);
  });
});

it('counts guesses at a tenant that is there as those at one that is not', async () => {
  const { clock, guess } = await start();
  const waits = async (tenant: string, source: string) => {
    for (let tries = 0; (await guess(`made-up-${tries}.example`, source)) !== 'TOO_MANY_TRIES'; tries += 1) {
      if (tries > GUESSES) throw new Error('whoever guesses never has to wait');
    }
    clock.pass(2_000);
    const first = await guess(tenant, source);
    return [first, await guess('another.example', source)];
  };
  const absent = await waits('nowhere.example', 'address:10.0.0.11');
  expect(absent).toEqual(['WRONG_CREDENTIALS', 'TOO_MANY_TRIES']);
  expect(await waits('acme.example', 'address:10.0.0.12')).toEqual(absent);
});

it('does not keep out whoever knows the password', async () => {
  const { test } = await start();
  const { email, password } = ADMINISTRATOR;
  for (let times = 0; times < GUESSES; times += 1) {
    const caller = createCaller(test.engine, 'address:10.0.0.13');
    await caller.call('tenant', 'identity.signIn', { email, password }, { tenant: 'acme.example' });
  }
});
