import { afterEach, describe, expect, it } from 'vitest';
import { problemOf } from '../../support/engine/calls';
import { logoutToken } from '../../support/sso/logoutToken';
import { openOidcWorld } from '../../support/sso/oidcWorld';
import { postForm } from '../../support/sso/web';

const cleanUp: (() => Promise<void>)[] = [];
const onEnd = (end: () => Promise<void>) => cleanUp.push(end);
const SIGNED_OUT = { code: 'NOT_SIGNED_IN' };

describe('a back-channel logout', () => {
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });

  it('of the provider itself ends the sessions that began with its session, at once', async () => {
    const world = await openOidcWorld(onEnd);
    const lea = await world.signIn('lea');
    world.browser.forget();
    const max = await world.signIn('max');
    const session = world.provider.sessionOf('lea');
    await world.provider.logOut('lea', session);
    expect(await problemOf(world.ask(lea.window, 'identity.standing'))).toMatchObject(SIGNED_OUT);
    await world.ask(max.window, 'identity.standing');
  });

  it('of a person ends all of their sessions, and says nothing to whoever sends it', async () => {
    const world = await openOidcWorld(onEnd);
    const first = await world.signIn('lea');
    world.browser.forget();
    const second = await world.signIn('lea');
    const token = await logoutToken(world.provider, { sub: 'lea' });
    const answer = await postForm(world.saved.addresses.logout, world.provider.authority.certificate, {
      logout_token: token,
    });
    expect(answer).toMatchObject({ status: 200, body: '' });
    for (const { window } of [first, second]) {
      expect(await problemOf(world.ask(window, 'identity.standing'))).toMatchObject(SIGNED_OUT);
    }
  });

  it('ends one of two sessions and leaves the other', async () => {
    const world = await openOidcWorld(onEnd);
    const first = await world.signIn('lea');
    const session = world.provider.sessionOf('lea');
    world.browser.forget();
    const second = await world.signIn('lea');
    const token = await logoutToken(world.provider, { sid: session });
    await postForm(world.saved.addresses.logout, world.provider.authority.certificate, {
      logout_token: token,
    });
    expect(await problemOf(world.ask(first.window, 'identity.standing'))).toMatchObject(SIGNED_OUT);
    await world.ask(second.window, 'identity.standing');
  });
});
