import { afterEach, describe, expect, it } from 'vitest';
import type { SsoProvider, TenantSession } from '../../../src/contract';
import { problemOf } from '../../support/engine/calls';
import { TestClock } from '../../support/engine/testClock';
import { openSamlWorld, type SamlWorld } from '../../support/sso/samlWorld';

const MINUTE = 60_000;
const cleanUp: (() => Promise<void>)[] = [];

interface Scene {
  readonly clock: TestClock;
  readonly world: SamlWorld;
  readonly provider: SsoProvider;
  readonly member: ReturnType<SamlWorld['window']>;
}

/** A tenant with a SAML provider, and somebody of it who is signed in. */
async function open(graceMinutes: number): Promise<Scene> {
  const clock = new TestClock(Date.now());
  const world = await openSamlWorld((end) => cleanUp.push(end), { clock });
  // The provider’s clock stays where it is; only what comes after the sign-on is looked at.
  const provider = await world.addProvider({ clockSkewSeconds: 300 }, { graceMinutes });
  const member = world.window();
  await world.signIn(provider, member);
  return { clock, world, provider, member };
}

afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

describe('the word of a SAML provider, which nobody can ask for', () => {
  it('holds for fifteen minutes', async () => {
    const { clock, world, member } = await open(0);
    clock.pass(14 * MINUTE);
    expect(await world.ask(member, 'identity.current')).toMatchObject({ role: 'user' });
    clock.pass(2 * MINUTE);
    expect(await problemOf(world.ask(member, 'identity.current'))).toMatchObject({
      code: 'NOT_SIGNED_IN',
      detail: { reason: expect.stringContaining('browser') },
    });
    // Whose password is kept here goes on working.
    expect(await world.ask(world.administrator, 'identity.current')).toBeTruthy();
  });

  it('holds for the minutes more that the tenant allows, and no longer', async () => {
    const { clock, world, member } = await open(30);
    clock.pass(44 * MINUTE);
    expect(await world.ask(member, 'identity.current')).toMatchObject({ role: 'user' });
    clock.pass(2 * MINUTE);
    expect(await problemOf(world.ask(member, 'identity.current'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('does not grow younger when the clock is set back', async () => {
    const { clock, world, member } = await open(0);
    clock.pass(16 * MINUTE);
    clock.set(clock.now() - 20 * MINUTE);
    expect(await problemOf(world.ask(member, 'identity.current'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('holds anew when the person came by again, without a new session', async () => {
    const { clock, world, provider, member } = await open(0);
    const { vouchedUntil } = await world.ask<TenantSession>(member, 'identity.current');
    expect(vouchedUntil).toBe(clock.now() + 15 * MINUTE);
    clock.pass(4 * MINUTE);
    await world.ask(member, 'identity.continueByBrowser');
    expect(await world.ask(member, 'identity.current')).toMatchObject({
      vouchedUntil: clock.now() + 15 * MINUTE,
    });
    clock.pass(14 * MINUTE);
    expect(await world.ask(member, 'identity.current')).toMatchObject({ role: 'user' });
    // Somebody else cannot continue for them, and whoever has a password here has nothing to continue.
    clock.set(Date.now());
    world.idp.manner.person = { ...world.idp.manner.person, nameId: 'id-of-max', email: 'max@acme.example' };
    expect(await problemOf(world.ask(member, 'identity.continueByBrowser'))).toMatchObject({
      code: 'SIGN_ON_REFUSED',
    });
    expect(await problemOf(world.ask(world.administrator, 'identity.continueByBrowser'))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await world.ask(world.administrator, 'identity.current')).toMatchObject({ vouchedUntil: null });
    expect(provider.state).toBe('enabled');
  });

  it('is not needed for the session of a role that was lost over there: it ends at the next coming by', async () => {
    const { world, member } = await open(0);
    world.idp.manner.person = { ...world.idp.manner.person, groups: ['admins'] };
    await world.ask(member, 'identity.continueByBrowser');
    expect(await problemOf(world.ask(member, 'identity.current'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('holds for keys no longer than for sessions, and anew after the next sign-on', async () => {
    const { clock, world, provider, member } = await open(0);
    const { secret } = await world.ask<{ secret: string }>(member, 'apiKeys.create', {
      name: 'Script',
      scopes: ['knowledge.read'],
      expiresInDays: 30,
    });
    const script = world.window();
    script.credential = secret;
    expect(await world.ask(script, 'knowledge.documents')).toBeTruthy();
    clock.pass(16 * MINUTE);
    expect(await problemOf(world.ask(script, 'knowledge.documents'))).toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
    clock.set(Date.now());
    await world.signIn(provider);
    expect(await world.ask(script, 'knowledge.documents')).toBeTruthy();
  });
});
