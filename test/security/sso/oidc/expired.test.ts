import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../support/engine/calls';
import { TestClock } from '../../../support/engine/testClock';
import { openWorld, stoppedBeforeReturn } from './support';

const MINUTE = 60_000;

/* A sign-in that was left open is finished later by whoever sits down, or finds the address in the browser's history. */
describe('a sign-in that nobody finished', () => {
  it('is over after five minutes', async () => {
    const clock = new TestClock(Date.now());
    const world = await openWorld({ ports: { clock } });
    const { url, entry, window } = await stoppedBeforeReturn(world, 'lea');
    clock.pass(5 * MINUTE + 1);
    expect(await problemOf(entry)).toMatchObject({ code: 'TIMED_OUT' });
    expect(await world.browser.go(url)).toMatchObject({ status: 400 });
    expect(window.credential).toBeNull();
  });

  it('is over when its window begins another', async () => {
    const world = await openWorld();
    const { url, entry, window } = await stoppedBeforeReturn(world, 'lea');
    const again = world.ask(window, 'identity.signInByBrowser', { provider: world.saved.id });
    expect(await problemOf(entry)).toMatchObject({ code: 'CANCELLED' });
    expect(await world.browser.go(url)).toMatchObject({ status: 400 });
    await again;
  });
});
