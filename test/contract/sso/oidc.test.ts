import { afterEach, describe, expect, it } from 'vitest';
import type { User } from '../../../src/contract';
import { createCaller, problemOf } from '../../support/engine/calls';
import { type OidcWorld, openOidcWorld } from '../../support/sso/oidcWorld';

const cleanUp: (() => Promise<void>)[] = [];
const onEnd = (end: () => Promise<void>) => cleanUp.push(end);

async function peopleOf(world: OidcWorld): Promise<User[]> {
  return world.ask<User[]>(world.administrator, 'users.list');
}

describe('sign-on by OpenID Connect', () => {
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });

  it('makes the account at the first sign-in, with name, address and role of the provider', async () => {
    const world = await openOidcWorld(onEnd);
    const { session } = await world.signIn('lea');
    expect(session).toMatchObject({
      role: 'user',
      needs: null,
      user: { name: 'Lea Staff', email: 'lea@acme.example', state: 'active' },
    });
    await world.browser.settled();
    expect(world.browser.last).toMatchObject({ status: 200 });
    expect(world.browser.last?.body).toContain('You can close this tab');
    expect(world.browser.last?.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('knows the person again by issuer and subject, whatever else changed', async () => {
    const world = await openOidcWorld(onEnd);
    const first = await world.signIn('lea');
    world.provider.accounts.set('lea', {
      email: 'lea.new@acme.example',
      email_verified: true,
      name: 'Lea New',
      groups: ['admins'],
    });
    const second = await world.signIn('lea');
    expect(second.session.user?.id).toBe(first.session.user?.id);
    expect(second.session).toMatchObject({ role: 'tenant-admin', user: { email: 'lea.new@acme.example' } });
    const problem = await problemOf(world.ask(first.window, 'identity.current'));
    expect(problem).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('refuses whoever is in no group with a role, and says no more in the browser', async () => {
    const world = await openOidcWorld(onEnd);
    world.provider.accounts.set('zoe', {
      email: 'zoe@acme.example',
      email_verified: true,
      name: 'Zoe',
      groups: [],
    });
    expect(await problemOf(world.signIn('zoe'))).toMatchObject({ code: 'SIGN_ON_REFUSED' });
    await world.browser.settled();
    expect(world.browser.last).toMatchObject({ status: 403 });
    expect(await peopleOf(world)).toHaveLength(1);
  });

  it('refuses when the person says no over there', async () => {
    const world = await openOidcWorld(onEnd);
    expect(await problemOf(world.signIn(''))).toMatchObject({ code: 'SIGN_ON_REFUSED' });
  });

  it('opens no browser on the machine of the console for somebody who is not in front of it', async () => {
    const world = await openOidcWorld(onEnd);
    const afar = createCaller(world.engine, 'address:192.0.2.7').call(
      'tenant',
      'identity.signInByBrowser',
      { provider: world.saved.id },
      { tenant: world.tenant },
    );
    expect(await problemOf(afar)).toMatchObject({ code: 'BROWSER_UNAVAILABLE' });
  });

  it('ends the wait when the window cancels, and takes no answer afterwards', async () => {
    const world = await openOidcWorld(onEnd);
    world.provider.person = 'lea';
    let held = '';
    world.browser.onWay = (url) => {
      if (!url.startsWith(world.saved.addresses.callback)) return url;
      held = url;
      return null;
    };
    const cancel = new AbortController();
    const waiting = world.window().call(
      'tenant',
      'identity.signInByBrowser',
      { provider: world.saved.id },
      {
        tenant: world.tenant,
        signal: cancel.signal,
      },
    );
    waiting.catch(() => undefined);
    await expect.poll(() => held, { timeout: 10_000 }).not.toBe('');
    cancel.abort();
    expect(await problemOf(waiting)).toMatchObject({ code: 'CANCELLED' });
    world.browser.onWay = (url) => url;
    expect(await world.browser.go(held)).toMatchObject({ status: 400 });
    expect(await peopleOf(world)).toHaveLength(1);
  });
});
