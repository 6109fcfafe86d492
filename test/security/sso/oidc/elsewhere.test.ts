import { describe, expect, it } from 'vitest';
import type { SsoTrial } from '../../../../src/contract';
import { problemOf } from '../../../support/engine/calls';
import { startOidcProvider } from '../../../support/sso/oidcProvider';
import { oidcDraft } from '../../../support/sso/oidcWorld';
import { sendTo } from '../../../support/sso/web';
import { openWorld } from './support';

const DESCRIPTION = '/.well-known/openid-configuration';

/* A provider that describes itself wrongly has the console send its secret, or any request, to a server of its choice. */
describe('a provider that leads elsewhere', () => {
  it.each(['token_endpoint', 'jwks_uri', 'userinfo_endpoint', 'authorization_endpoint'])(
    'is not followed by its %s, unless an administrator named that server',
    async (name) => {
      const ends: (() => Promise<void>)[] = [];
      const world = await openWorld();
      const other = await startOidcProvider((end) => ends.push(end));
      try {
        const real = await fetchDescription(world.provider.issuer, world.provider.authority.certificate);
        world.provider.answerInstead(DESCRIPTION, async () => ({
          status: 200,
          body: JSON.stringify({ ...real, [name]: `${other.issuer}/token` }),
        }));
        const draft = oidcDraft(world.provider);
        const trial = await world.ask<SsoTrial>(world.administrator, 'sso.test', {
          id: null,
          draft,
          person: null,
        });
        const failed = trial.steps.find(({ outcome }) => outcome === 'failed');
        expect(failed).toMatchObject({ step: 'discovery' });
        expect(failed?.words).toContain(name);
        expect(await problemOf(world.signIn('lea'))).toMatchObject({ code: 'SIGN_ON_REFUSED' });
        expect(other.asked.size).toBe(0);
      } finally {
        for (const end of ends) await end();
      }
    },
  );

  it('is not followed by a redirect', async () => {
    const world = await openWorld();
    world.provider.answerInstead(DESCRIPTION, async () => ({
      status: 302,
      body: '',
      headers: { location: 'https://localhost:1/' },
    }));
    const draft = oidcDraft(world.provider);
    const trial = await world.ask<SsoTrial>(world.administrator, 'sso.test', {
      id: null,
      draft,
      person: null,
    });
    expect(trial.steps.find(({ outcome }) => outcome === 'failed')).toMatchObject({ step: 'discovery' });
  });

  it('is not asked where the air gap is closed and its server is not declared', async () => {
    const world = await openWorld();
    const draft = oidcDraft(world.provider, { issuer: 'https://login.acme.example' });
    const trial = await world.ask<SsoTrial>(world.administrator, 'sso.test', {
      id: null,
      draft,
      person: null,
    });
    expect(trial.steps[0]).toMatchObject({ step: 'allowed', outcome: 'failed' });
  });
});

async function fetchDescription(issuer: string, authority: string): Promise<object> {
  return JSON.parse((await sendTo(`${issuer}${DESCRIPTION}`, authority)).body) as object;
}
