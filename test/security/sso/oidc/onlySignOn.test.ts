import { describe, expect, it } from 'vitest';
import { ADMINISTRATOR } from '../../../support/engine/world';
import { postForm, sendTo } from '../../../support/sso/web';
import { openWorld } from './support';

const NOBODY = '019a0000-0000-7000-8000-0000000000ff';

/* The listener is the only port of the console: whoever reaches it must find nothing, and learn nothing, beside sign-on. */
describe('the listener of sign-on', () => {
  it('answers no other address, and none with another method', async () => {
    const world = await openWorld();
    const { callback, logout } = world.saved.addresses;
    const { origin } = new URL(callback);
    const ca = world.provider.authority.certificate;
    for (const path of [
      '/',
      '/sso',
      '/sso/',
      '/sso/oidc',
      '/api/v1',
      '/rpc',
      `/sso/oidc/${world.saved.id}`,
      `/sso/oidc/${world.saved.id}/callback/`,
      `/sso/oidc/../../etc/passwd`,
      `/sso/oidc/${world.saved.id}/constructor`,
    ]) {
      expect(await sendTo(`${origin}${path}`, ca), path).toMatchObject({ status: 404, body: '' });
    }
    expect(await postForm(callback, ca, {})).toMatchObject({ status: 404, body: '' });
    expect(await sendTo(logout, ca)).toMatchObject({ status: 404, body: '' });
  });

  it('answers for a provider that is not there as for one that is', async () => {
    const world = await openWorld();
    const ca = world.provider.authority.certificate;
    const { callback, logout } = world.saved.addresses;
    const elsewhere = (url: string) => url.replace(world.saved.id, NOBODY);
    const without = ({ status, headers, body }: Awaited<ReturnType<typeof sendTo>>) => {
      const { date: _date, ...rest } = headers;
      return { status, headers: rest, body };
    };
    for (const query of ['', '?state=x&code=y', '?error=access_denied&state=x']) {
      const known = await sendTo(callback + query, ca);
      expect(without(await sendTo(elsewhere(callback) + query, ca))).toEqual(without(known));
      expect(known.status).toBe(400);
    }
    const known = await postForm(logout, ca, { logout_token: 'x.y.z' });
    expect(without(await postForm(elsewhere(logout), ca, { logout_token: 'x.y.z' }))).toEqual(without(known));
  });

  it('is closed when no enabled provider needs it, and when the tenant is suspended', async () => {
    const world = await openWorld();
    const ca = world.provider.authority.certificate;
    const { callback } = world.saved.addresses;
    expect((await sendTo(callback, ca)).status).toBe(400);
    await world.operator.call('installation', 'tenants.suspend', { id: world.tenant, reason: 'a test' });
    await expect(sendTo(callback, ca)).rejects.toThrow('ECONNREFUSED');
    await world.operator.call('installation', 'tenants.resume', { id: world.tenant });
    expect((await sendTo(callback, ca)).status).toBe(400);
    // The database was closed meanwhile, and with it what was known of the last proof.
    const { password } = ADMINISTRATOR;
    await world.ask(world.administrator, 'identity.stepUp', { kind: 'password', password });
    await world.ask(world.administrator, 'sso.setState', {
      id: world.saved.id,
      revision: world.saved.revision,
      state: 'disabled',
    });
    await expect(sendTo(callback, ca)).rejects.toThrow('ECONNREFUSED');
  });
});
