import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../support/engine/calls';
import { openWorld, REFUSED, stoppedBeforeReturn } from './support';

/*
 * A code that was given for one sign-in is put into another (RFC 9700 4.5): a thief redeems a stolen code by a window of
 * their own, or has somebody else's window signed in as themselves. PKCE and nonce bind a code to its window.
 */
describe('a code of one sign-in in another', () => {
  it('opens nothing in the window of the other', async () => {
    const world = await openWorld();
    const stolen = await stoppedBeforeReturn(world, 'lea');
    const thief = await stoppedBeforeReturn(world, 'max');
    const mixed = new URL(thief.url);
    mixed.searchParams.set('code', new URL(stolen.url).searchParams.get('code') ?? '');
    expect(await world.browser.go(mixed.href)).toMatchObject({ status: 403 });
    expect(await problemOf(thief.entry)).toMatchObject(REFUSED);
    expect(thief.window.credential).toBeNull();
  });
});
