import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../support/engine/calls';
import { logoutToken } from '../../../support/sso/logoutToken';
import type { OidcWorld } from '../../../support/sso/oidcWorld';
import { postForm } from '../../../support/sso/web';
import { openWorld } from './support';

const REFUSAL = { status: 400, body: '{"error":"invalid_request"}' };

function post(world: OidcWorld, token: string, address = world.saved.addresses.logout) {
  return postForm(address, world.provider.authority.certificate, { logout_token: token });
}

/* Whoever can have a logout taken ends the work of others at will. */
describe('a logout token', () => {
  it('is taken once', async () => {
    const world = await openWorld();
    await world.signIn('lea');
    const token = await logoutToken(world.provider, { sub: 'lea' });
    expect(await post(world, token)).toMatchObject({ status: 200 });
    const { window } = await world.signIn('lea');
    expect(await post(world, token)).toMatchObject(REFUSAL);
    await world.ask(window, 'identity.standing');
  });

  it.each([
    ['for another client', { aud: 'another-client' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['without the event', { events: undefined }],
    ['with another event', { events: { 'https://evil.example/event': {} } }],
    ['with a nonce, as an ID token has', { nonce: 'a nonce' }],
    ['about nobody', { sub: undefined }],
    ['without an id of its own', { jti: undefined }],
    ['of an hour ago', { iat: Math.floor(Date.now() / 1000) - 3_600 }],
    ['without a time', { iat: undefined }],
  ])('is not taken %s', async (_what, claims) => {
    const world = await openWorld();
    const { window } = await world.signIn('lea');
    expect(await post(world, await logoutToken(world.provider, { sub: 'lea', ...claims }))).toMatchObject(
      REFUSAL,
    );
    await world.ask(window, 'identity.standing');
  });

  it('that nobody signed is not taken', async () => {
    const world = await openWorld();
    const { window } = await world.signIn('lea');
    const [, claims] = (await logoutToken(world.provider, { sub: 'lea' })).split('.');
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await post(world, `${header}.${claims}.`)).toMatchObject(REFUSAL);
    await world.ask(window, 'identity.standing');
  });

  it('of one tenant ends nothing in another', async () => {
    const world = await openWorld();
    const other = await openWorld();
    const { window } = await world.signIn('lea');
    const token = await logoutToken(other.provider, { sub: 'lea' });
    expect(await post(world, token)).toMatchObject(REFUSAL);
    await world.ask(window, 'identity.standing');
  });

  it('leaves other people at work', async () => {
    const world = await openWorld();
    const lea = await world.signIn('lea');
    world.browser.forget();
    const max = await world.signIn('max');
    await post(
      world,
      await logoutToken(world.provider, { sub: 'lea', sid: world.provider.sessionOf('max') }),
    );
    await world.ask(max.window, 'identity.standing');
    await post(world, await logoutToken(world.provider, { sub: 'lea' }));
    expect(await problemOf(world.ask(lea.window, 'identity.standing'))).toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
    await world.ask(max.window, 'identity.standing');
  });
});
