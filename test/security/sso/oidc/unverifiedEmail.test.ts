import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../support/engine/calls';
import { ADMINISTRATOR } from '../../../support/engine/world';
import { type OidcWorld, oidcDraft } from '../../../support/sso/oidcWorld';
import { openWorld, REFUSED } from './support';

/** Somebody who gave themselves another's address at the provider. */
function claim(world: OidcWorld, email: string, verified: unknown): void {
  world.provider.accounts.set('eve', {
    email,
    name: 'Eve',
    groups: ['staff'],
    ...(verified === undefined ? {} : { email_verified: verified as boolean }),
  });
}

/* Whoever may choose their address at the provider claims the account of somebody else here. */
describe('an address that the provider has not verified', () => {
  it.each([false, undefined, 'yes', 1])('does not count (%s)', async (verified) => {
    const world = await openWorld();
    claim(world, 'eve@acme.example', verified);
    expect(await problemOf(world.signIn('eve'))).toMatchObject(REFUSED);
  });

  it('takes over no account even where unverified ones are trusted', async () => {
    const world = await openWorld({ settings: { trustUnverifiedEmail: true } });
    await world.signIn('lea');
    world.browser.forget();
    claim(world, 'lea@acme.example', false);
    expect(await problemOf(world.signIn('eve'))).toMatchObject(REFUSED);
    claim(world, ADMINISTRATOR.email, false);
    expect(await problemOf(world.signIn('eve'))).toMatchObject(REFUSED);
  });

  it('cannot be trusted together with the taking over of accounts', async () => {
    const world = await openWorld();
    const draft = oidcDraft(world.provider, { trustUnverifiedEmail: true }, { adoptExisting: true });
    const problem = await problemOf(world.ask(world.administrator, 'sso.add', { draft }));
    expect(problem).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('takes over no administrator even when it is verified and accounts are taken over', async () => {
    const world = await openWorld({ draft: { adoptExisting: true } });
    claim(world, ADMINISTRATOR.email, true);
    expect(await problemOf(world.signIn('eve'))).toMatchObject(REFUSED);
  });
});
