import { describe, expect, it } from 'vitest';
import type { SsoProvider, TenantSession } from '../../../../src/contract';
import { oidcDraft } from '../../../support/sso/oidcWorld';
import { openWorld, stoppedBeforeReturn } from './support';

/* Cross-site request forgery on the redirect address (RFC 6749 10.12), and an answer that is brought twice. */
describe('the state of a sign-in', () => {
  it('that nobody began is not known, and signs nobody in', async () => {
    const world = await openWorld();
    const { url, entry, window } = await stoppedBeforeReturn(world, 'lea');
    const forged = new URL(url);
    forged.searchParams.set('state', 'A'.repeat(43));
    expect(await world.browser.go(forged.href)).toMatchObject({ status: 400 });
    expect(window.credential).toBeNull();
    // The window still waits, for its own answer.
    expect(await world.browser.go(url)).toMatchObject({ status: 200 });
    expect(((await entry) as TenantSession).user?.email).toBe('lea@acme.example');
  });

  it('is good once', async () => {
    const world = await openWorld();
    const { url, entry } = await stoppedBeforeReturn(world, 'lea');
    expect(await world.browser.go(url)).toMatchObject({ status: 200 });
    await entry;
    expect(await world.browser.go(url)).toMatchObject({ status: 400 });
  });

  it('is not known at the address of another provider', async () => {
    const world = await openWorld();
    const draft = oidcDraft(world.provider, {}, { name: 'The other' });
    const other = await world.ask<SsoProvider>(world.administrator, 'sso.add', { draft });
    await world.ask(world.administrator, 'sso.setState', { id: other.id, revision: 1, state: 'enabled' });
    const { url, entry } = await stoppedBeforeReturn(world, 'lea');
    const moved = url.replace(world.saved.id, other.id);
    expect(await world.browser.go(moved)).toMatchObject({ status: 400 });
    await world.browser.go(url);
    await entry;
  });

  it('reaches the window that began it and no other', async () => {
    const world = await openWorld();
    const first = await stoppedBeforeReturn(world, 'lea');
    const second = await stoppedBeforeReturn(world, 'max');
    await world.browser.go(first.url);
    await first.entry;
    expect(first.window.credential).not.toBeNull();
    expect(second.window.credential).toBeNull();
    await world.browser.go(second.url);
    expect(((await second.entry) as TenantSession).user?.email).toBe('max@acme.example');
  });
});
