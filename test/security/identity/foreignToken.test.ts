import { expect, it } from 'vitest';
import { partsOf, startWithTokens, tokenOf } from '../../support/identity/tokens';

/* Somebody has a good token of one tenant, and wants to be somebody at another. */

it('is worth nothing at another tenant, as it is or made out for it', async () => {
  const { acme, other, signIn, use, expectRefused } = await startWithTokens();
  const mine = await signIn(acme);
  const theirs = await signIn(other);
  await use(theirs.access, other);
  await expectRefused(theirs.access, acme);
  const parts = partsOf(theirs.access);
  await expectRefused(tokenOf({ ...parts, claims: { ...parts.claims, tid: acme } }), acme);
  // Under the name of a key that the tenant has.
  const { kid } = partsOf(mine.access).header;
  await expectRefused(
    tokenOf({ ...parts, header: { ...parts.header, kid }, claims: { ...parts.claims, tid: acme } }),
    acme,
  );
  await expectRefused(tokenOf({ ...parts, claims: partsOf(mine.access).claims }), acme);
});

it('renews nothing at another tenant: a secret names its own', async () => {
  const { test, clock, acme, other, signIn, held, use, expectRefused } = await startWithTokens();
  const theirs = await signIn(other);
  const mine = await signIn(acme);
  clock.pass(600_000);
  const crossed = held(await test.engine.renew(`${mine.access} ${theirs.refresh}`, 'address:thief'));
  await use(crossed.access, other);
  await expectRefused(crossed.access, acme);
  expect(partsOf(crossed.access).claims.tid).toBe(other);
});
