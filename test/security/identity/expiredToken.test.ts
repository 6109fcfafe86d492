import { expect, it } from 'vitest';
import { MINUTE, partsOf, startWithTokens, tokenOf } from '../../support/identity/tokens';

/* Somebody finds a token that was good, in a dump or a log, after its ten minutes. */

it('is worth nothing after ten minutes, while its session goes on', async () => {
  const { clock, acme, signIn, use, expectRefused } = await startWithTokens();
  const { access, caller } = await signIn(acme);
  clock.pass(9 * MINUTE);
  await use(access);
  clock.pass(MINUTE);
  await expectRefused(access);
  await caller.call('tenant', 'identity.current', {}, { tenant: acme });
  expect(caller.credential?.split(' ')[0]).not.toBe(access);
});

it('is not made good again by writing another end into it', async () => {
  const { clock, acme, signIn, expectRefused } = await startWithTokens();
  const parts = partsOf((await signIn(acme)).access);
  clock.pass(10 * MINUTE);
  const ends = [Number(parts.claims.exp) + 3_600, 4_102_444_800, '4102444800', null, undefined, -1];
  for (const exp of ends) await expectRefused(tokenOf({ ...parts, claims: { ...parts.claims, exp } }));
});

it('never outlives its session', async () => {
  const { clock, acme, signIn, expectRefused } = await startWithTokens();
  const { caller } = await signIn(acme);
  for (let passed = 0; passed < 12 * 60; passed += 9) {
    clock.pass(9 * MINUTE);
    await caller.call('tenant', 'identity.current', {}, { tenant: acme }).catch(() => undefined);
  }
  expect(caller.credential).toBeNull();
  await expectRefused('');
});
