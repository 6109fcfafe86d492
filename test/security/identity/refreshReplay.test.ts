import { expect, it } from 'vitest';
import { joinCredential, splitCredential } from '../../../src/engine/mechanism/tokens';
import { createCaller } from '../../support/engine/calls';
import { OPERATOR } from '../../support/engine/world';
import { MINUTE, startWithTokens } from '../../support/identity/tokens';

/*
 * Somebody copies the refresh secret out of the memory of a window, and uses it before or after its owner does. Of two
 * who hold the same secret one is a thief, and nobody can tell which: RFC 9700, 4.14.2.
 */

it('ends the session for both when a secret is used a second time, and says so in the chain', async () => {
  const { test, clock, acme, signIn, held, use, expectRefused, eventsOf } = await startWithTokens();
  const { credential, caller } = await signIn(acme);
  clock.pass(10 * MINUTE);
  const stolen = held(await test.engine.renew(credential, 'address:thief'));
  await use(stolen.access);
  await expect(caller.call('tenant', 'identity.current', {}, { tenant: acme })).rejects.toMatchObject({
    code: 'NOT_SIGNED_IN',
  });
  await expectRefused(stolen.access);
  clock.pass(10 * MINUTE);
  expect(await test.engine.renew(stolen.credential, 'address:thief')).toBeNull();
  const [event] = await eventsOf('user.refresh-replayed');
  expect(event).toMatchObject({ outcome: 'refused', origin: { from: 'window:owner' } });
  expect(event?.target).toBe(event?.origin.session);
});

it('takes an old secret for what it is also when it is used long after', async () => {
  const { test, clock, acme, signIn, expectRefused } = await startWithTokens();
  const { credential, caller } = await signIn(acme);
  for (let step = 0; step < 3; step += 1) {
    clock.pass(9.5 * MINUTE);
    await caller.call('tenant', 'identity.current', {}, { tenant: acme });
  }
  const mine = splitCredential(caller.credential ?? '').access;
  expect(await test.engine.renew(credential, 'address:thief')).toBeNull();
  await expectRefused(mine);
});

it('gives one of two who use it at once nothing, and ends the session', async () => {
  const { test, clock, acme, signIn, held, expectRefused } = await startWithTokens();
  const { credential } = await signIn(acme);
  clock.pass(10 * MINUTE);
  const both = await Promise.all([
    test.engine.renew(credential, 'window:owner'),
    test.engine.renew(credential, 'address:thief'),
  ]);
  expect(both.filter((each) => each === null)).toHaveLength(1);
  for (const each of both) if (each) await expectRefused(held(each).access);
});

it('renews nothing after the session has ended', async () => {
  const { test, clock, acme, signIn } = await startWithTokens();
  const { credential, caller } = await signIn(acme);
  await caller.call('tenant', 'identity.signOut', {}, { tenant: acme });
  clock.pass(10 * MINUTE);
  expect(await test.engine.renew(credential, 'address:thief')).toBeNull();
});

it('renews nothing for a secret that was changed or made up', async () => {
  const { test, clock, acme, signIn, held } = await startWithTokens();
  const { access, refresh, credential } = await signIn(acme);
  clock.pass(10 * MINUTE);
  const made = [
    `${refresh.slice(0, -1)}${refresh.endsWith('A') ? 'B' : 'A'}`,
    refresh.replace('rsr_', 'rsk_'),
    `rsr_${'A'.repeat(96)}`,
    'rsr_',
  ];
  for (const each of made) {
    expect(await test.engine.renew(joinCredential(access, each), 'address:thief')).toBeNull();
  }
  const renewed = held(await test.engine.renew(credential, 'window:owner'));
  expect(renewed.refresh).not.toBe(refresh);
});

it('renews nothing for a session that was not used for too long', async () => {
  const { test, clock, acme, signIn } = await startWithTokens();
  const { credential } = await signIn(acme);
  clock.pass(61 * MINUTE);
  expect(await test.engine.renew(credential, 'address:thief')).toBeNull();
});

it('is the same for operators', async () => {
  const { test, clock, operator } = await startWithTokens();
  const caller = createCaller(test.engine, 'window:operator');
  await caller.call('installation', 'operators.signIn', {
    email: OPERATOR.email,
    password: OPERATOR.password,
  });
  const { credential } = caller;
  clock.pass(10 * MINUTE);
  await caller.call('installation', 'tenants.list');
  expect(await test.engine.renew(credential ?? '', 'address:thief')).toBeNull();
  await expect(caller.call('installation', 'tenants.list')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  const { events } = await operator.installation.audit.events({ event: 'operator.refresh-replayed' });
  expect(events).toHaveLength(1);
});
