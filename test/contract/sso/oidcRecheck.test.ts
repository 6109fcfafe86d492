import { afterEach, describe, expect, it, vi } from 'vitest';
import type { NewApiKey } from '../../../src/contract';
import { problemOf } from '../../support/engine/calls';
import { TestClock } from '../../support/engine/testClock';
import { type OidcWorld, openOidcWorld } from '../../support/sso/oidcWorld';

const MINUTE = 60_000;
const cleanUp: (() => Promise<void>)[] = [];
const onEnd = (end: () => Promise<void>) => cleanUp.push(end);

async function openAt(wishes: Parameters<typeof openOidcWorld>[1] = {}) {
  const clock = new TestClock(Date.now());
  return { clock, world: await openOidcWorld(onEnd, { ...wishes, ports: { clock } }) };
}

/** An API key of whoever is signed in in the window, in a window of its own. */
async function keyOf(world: OidcWorld, window: ReturnType<OidcWorld['window']>) {
  const { secret } = await world.ask<NewApiKey>(window, 'apiKeys.create', {
    name: 'A program',
    scopes: ['ai.query'],
    expiresInDays: 30,
  });
  const program = world.window();
  program.credential = secret;
  return program;
}

describe('what an OpenID provider says while people work', () => {
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });

  it('is asked with the refresh token, and its word on groups is taken over', async () => {
    const { clock, world } = await openAt();
    const { window } = await world.signIn('lea');
    world.provider.accounts.set('lea', {
      email: 'lea@acme.example',
      email_verified: true,
      name: 'Lea Renamed',
      groups: ['staff'],
    });
    for (let round = 0; round < 3; round += 1) {
      clock.pass(16 * MINUTE);
      await world.ask(window, 'identity.standing');
    }
    expect(await world.ask(window, 'identity.current')).toMatchObject({ user: { name: 'Lea Renamed' } });
  });

  it('ends sessions and halts keys within fifteen minutes when somebody is gone over there', async () => {
    const { clock, world } = await openAt();
    const { window } = await world.signIn('lea');
    const program = await keyOf(world, window);
    await world.ask(program, 'assistant.conversations');
    world.provider.accounts.delete('lea');
    clock.pass(11 * MINUTE);
    await vi.waitFor(
      async () => {
        expect(await problemOf(world.ask(window, 'identity.standing'))).toMatchObject({
          code: 'NOT_SIGNED_IN',
        });
      },
      { timeout: 10_000 },
    );
    expect(await problemOf(world.ask(program, 'assistant.conversations'))).toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
    // The window of somebody else goes on.
    await world.ask(world.administrator, 'identity.standing');
  });

  it('lets keys go on after the next sign-in', async () => {
    const { clock, world } = await openAt();
    const { window } = await world.signIn('lea');
    const program = await keyOf(world, window);
    const lea = world.provider.accounts.get('lea');
    world.provider.accounts.delete('lea');
    clock.pass(16 * MINUTE);
    expect(await problemOf(world.ask(program, 'assistant.conversations'))).toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
    if (lea) world.provider.accounts.set('lea', lea);
    expect(await problemOf(world.ask(program, 'assistant.conversations'))).toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
    await world.signIn('lea');
    await world.ask(program, 'assistant.conversations');
  });

  it('without a refresh token holds as long as the access token', async () => {
    const { clock, world } = await openAt({ provider: { refresh: false, accessSeconds: 25 * 60 } });
    const { window } = await world.signIn('lea');
    clock.pass(16 * MINUTE);
    await world.ask(window, 'identity.standing');
    clock.pass(16 * MINUTE);
    expect(await problemOf(world.ask(window, 'identity.standing'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('is waited for while it is silent only as long as the tenant allows', async () => {
    const { clock, world } = await openAt({ draft: { graceMinutes: 30 } });
    const { window } = await world.signIn('lea');
    await world.provider.stop();
    clock.pass(16 * MINUTE);
    await world.ask(window, 'identity.standing');
    clock.pass(31 * MINUTE);
    expect(await problemOf(world.ask(window, 'identity.standing'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    await world.provider.start();
    clock.pass(2 * MINUTE);
    await world.ask(window, 'identity.standing');
  });
});
