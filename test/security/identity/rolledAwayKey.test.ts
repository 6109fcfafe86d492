import { expect, it } from 'vitest';
import type { TokenKey } from '../../../src/contract';
import { at } from '../../support/engine/client';
import { OPERATOR } from '../../support/engine/world';
import { partsOf, startWithTokens } from '../../support/identity/tokens';

/* Somebody has a key that signed once: it was taken from an old copy, and was rolled away since. */

const DAY = 86_400_000;

it('verifies after one roll, so that nobody is signed out, and not after two', async () => {
  const { operator, acme, signIn, use, expectRefused } = await startWithTokens();
  const first = await signIn(acme);
  const kids = (keys: readonly TokenKey[]) => Object.fromEntries(keys.map(({ state, kid }) => [state, kid]));
  const before = kids(await operator.tenant.keys.tokenKeys({}, at(acme)));
  expect(partsOf(first.access).header.kid).toBe(before.current);
  const once = kids(await operator.tenant.keys.rollTokenKey({}, at(acme)));
  expect(once).toMatchObject({ current: before.next, previous: before.current });
  await use(first.access);
  const second = await signIn(acme);
  expect(partsOf(second.access).header.kid).toBe(before.next);
  await operator.tenant.keys.rollTokenKey({}, at(acme));
  await expectRefused(first.access);
  await use(second.access);
});

it('is not a reason to sign in again: the session is renewed under the new key', async () => {
  const { clock, operator, acme, signIn } = await startWithTokens();
  const { caller } = await signIn(acme);
  await operator.tenant.keys.rollTokenKey({}, at(acme));
  await operator.tenant.keys.rollTokenKey({}, at(acme));
  clock.pass(10 * 60_000);
  await caller.call('tenant', 'identity.current', {}, { tenant: acme });
});

it('is rolled by itself when it is thirty days old', async () => {
  const { clock, operator, acme } = await startWithTokens();
  const [next] = await operator.tenant.keys.tokenKeys({}, at(acme));
  clock.pass(31 * DAY);
  await expect
    .poll(async () => {
      const caller = await signInAgain();
      return caller.find(({ state }) => state === 'current')?.kid;
    })
    .toBe(next?.kid);

  async function signInAgain() {
    await operator.installation.operators.signIn({ email: OPERATOR.email, password: OPERATOR.password });
    return operator.tenant.keys.tokenKeys({}, at(acme));
  }
});
