import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../support/engine/calls';
import { TestClock } from '../../../support/engine/testClock';
import { openWorld, REFUSED } from './support';

const MINUTE = 60_000;

/* A window that was left open is given a fresh proof by somebody else who has an account at the same provider. */
describe('a fresh proof through the browser', () => {
  it('counts when the same person gives it', async () => {
    const clock = new TestClock(Date.now());
    const world = await openWorld({ ports: { clock } });
    const { window } = await world.signIn('lea');
    clock.pass(6 * MINUTE);
    const wish = { name: 'A program', scopes: ['ai.query'], expiresInDays: 30 };
    expect(await problemOf(world.ask(window, 'apiKeys.create', wish))).toMatchObject({
      code: 'STEP_UP_REQUIRED',
    });
    await world.ask(window, 'identity.stepUpByBrowser');
    await world.ask(window, 'apiKeys.create', wish);
  });

  it('does not count when somebody else gives it', async () => {
    const clock = new TestClock(Date.now());
    const world = await openWorld({ ports: { clock } });
    const { window } = await world.signIn('lea');
    clock.pass(6 * MINUTE);
    world.provider.person = 'max';
    world.browser.forget();
    expect(await problemOf(world.ask(window, 'identity.stepUpByBrowser'))).toMatchObject(REFUSED);
    const wish = { name: 'A program', scopes: ['ai.query'], expiresInDays: 30 };
    expect(await problemOf(world.ask(window, 'apiKeys.create', wish))).toMatchObject({
      code: 'STEP_UP_REQUIRED',
    });
  });
});
