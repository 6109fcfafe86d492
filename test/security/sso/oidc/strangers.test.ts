import { describe, expect, it } from 'vitest';
import type { SignOnChoice } from '../../../../src/contract';
import { problemOf } from '../../../support/engine/calls';
import { openWorld } from './support';

const NOBODY = '019a0000-0000-7000-8000-0000000000ff';

/* Before a sign-in nobody may learn which tenants there are, but of those that offer their provider to everybody. */
describe('somebody who tries domains at the sign-in', () => {
  it('finds a tenant that offers nothing as empty as one that is not there', async () => {
    const world = await openWorld({ settings: { offered: false } });
    for (const tenant of ['acme.example', 'nobody.example']) {
      const stranger = world.window();
      expect(await stranger.call('tenant', 'identity.signOnChoices', {}, { tenant })).toEqual([]);
      const entry = stranger.call('tenant', 'identity.signInByBrowser', { provider: NOBODY }, { tenant });
      const problem = (await problemOf(entry)) as { code: string; detail: object };
      expect(problem).toMatchObject({ code: 'NOT_FOUND' });
      expect(problem.detail).not.toHaveProperty('reason');
    }
    expect(world.browser.visited).toEqual([]);
  });

  it('is shown what is offered, and gets in with the code of what is not', async () => {
    const world = await openWorld({ settings: { offered: false } });
    await world.signIn('lea');
    const offering = await openWorld();
    const choices = (await offering
      .window()
      .call('tenant', 'identity.signOnChoices', {}, { tenant: 'acme.example' })) as SignOnChoice[];
    expect(choices).toEqual([{ id: offering.saved.id, name: 'Acme account' }]);
  });
});
