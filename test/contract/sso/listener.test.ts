import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SignOnListener, SsoTrial } from '../../../src/contract';
import { collect, problemOf } from '../../support/engine/calls';
import { ADMINISTRATOR, newTenant } from '../../support/engine/world';
import { logoutToken } from '../../support/sso/logoutToken';
import { type OidcWishes, oidcDraft, openOidcWorld } from '../../support/sso/oidcWorld';
import { freePort, postForm, sendTo } from '../../support/sso/web';

function openWorld(wishes: OidcWishes = {}) {
  const ends: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const end of ends.reverse()) await end();
  });
  return openOidcWorld((end) => ends.push(end), wishes);
}

describe('the listener of sign-on', () => {
  it('moves to another port, with the addresses of all providers', async () => {
    const world = await openWorld();
    const port = await freePort();
    const listener = (await world.operator.call('installation', 'signOn.setListener', {
      settings: { name: 'localhost', address: '127.0.0.1', port },
      certificate: { kind: 'kept' },
    })) as SignOnListener;
    expect(listener).toMatchObject({ state: 'open', baseUrl: `https://localhost:${port}` });
    const [provider] = await world.ask<{ addresses: { callback: string } }[]>(
      world.administrator,
      'sso.list',
    );
    expect(provider?.addresses.callback).toBe(
      `https://localhost:${port}/sso/oidc/${world.saved.id}/callback`,
    );
    const answer = await sendTo(provider?.addresses.callback ?? '', world.provider.authority.certificate);
    expect(answer.status).toBe(400);
  });

  it('has a certificate that the console made, which a browser can be given to trust', async () => {
    const world = await openWorld();
    const port = await freePort();
    const { certificate } = (await world.operator.call('installation', 'signOn.setListener', {
      settings: { name: 'localhost', address: '127.0.0.1', port },
      certificate: { kind: 'internal' },
    })) as SignOnListener;
    expect(certificate?.kind).toBe('internal');
    const answer = await sendTo(`https://localhost:${port}/`, certificate?.pem ?? '');
    expect(answer.status).toBe(404);
  });

  it('refuses a certificate for another name, and a key of another certificate', async () => {
    const world = await openWorld();
    const { authority } = world.provider;
    const [one, other] = await Promise.all([
      authority.issue(['localhost']),
      authority.issue(['other.example']),
    ]);
    for (const [chain, key, path] of [
      [other.certificate, other.key, 'certificate.chain'],
      [one.certificate, other.key, 'certificate.key'],
      ['no certificate', one.key, 'certificate.chain'],
    ]) {
      const refused = world.operator.call('installation', 'signOn.setListener', {
        settings: { name: 'localhost', address: '127.0.0.1', port: 7_443 },
        certificate: { kind: 'own', chain, key },
      });
      expect(await problemOf(refused)).toMatchObject({ code: 'BAD_INPUT', detail: { fields: [{ path }] } });
    }
  });

  it('says why it cannot be opened, and the sign-in is refused with that', async () => {
    const world = await openWorld();
    const squatter = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => void squatter.close());
    const listener = (await world.operator.call('installation', 'signOn.setListener', {
      settings: { name: 'localhost', address: '127.0.0.1', port },
      certificate: { kind: 'kept' },
    })) as SignOnListener;
    expect(listener).toMatchObject({
      state: 'failed',
      problem: 'Another program listens at this port already.',
    });
    expect(await problemOf(world.signIn('lea'))).toMatchObject({ code: 'CONFLICT' });
    expect(world.browser.visited).toEqual([]);
  });

  it('opens the database of a tenant that is not open for a logout', async () => {
    const world = await openWorld({ ports: { openTenants: 1 } });
    const { window } = await world.signIn('lea');
    const second = newTenant({ name: 'Second', domain: 'second.example' });
    const { id } = (await world.operator.call('installation', 'tenants.create', second)) as { id: string };
    await collect(await world.operator.call('installation', 'tenants.progress', { id }));
    const { email, password } = ADMINISTRATOR;
    await world.window().call('tenant', 'identity.signIn', { email, password }, { tenant: id });
    const answer = await postForm(world.saved.addresses.logout, world.provider.authority.certificate, {
      logout_token: await logoutToken(world.provider, { sub: 'lea' }),
    });
    expect(answer.status).toBe(200);
    expect(await problemOf(world.ask(window, 'identity.standing'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });
});

describe('the test of an OpenID provider', () => {
  async function failedStep(wishes: Parameters<typeof oidcDraft>[1], secret?: string) {
    const world = await openWorld();
    const draft = { ...oidcDraft(world.provider, wishes), ...(secret ? { secret } : {}) };
    const trial = await world.ask<SsoTrial>(world.administrator, 'sso.test', {
      id: null,
      draft,
      person: null,
    });
    return trial.steps.find(({ outcome }) => outcome === 'failed');
  }

  it('passes all steps that need nobody', async () => {
    const world = await openWorld();
    const trial = await world.ask<SsoTrial>(world.administrator, 'sso.test', {
      id: world.saved.id,
      draft: { ...oidcDraft(world.provider), secret: null },
      person: null,
    });
    expect(trial.steps.filter(({ outcome }) => outcome === 'passed').map(({ step }) => step)).toEqual([
      'allowed',
      'resolve',
      'connect',
      'tls',
      'discovery',
      'keys',
      'client',
    ]);
  });

  it('goes through the browser too, finds groups and role, and lets nobody in', async () => {
    const world = await openWorld();
    world.provider.person = 'lea';
    const trial = await world.ask<SsoTrial>(world.administrator, 'sso.test', {
      id: world.saved.id,
      draft: { ...oidcDraft(world.provider), secret: null },
      person: null,
      browser: true,
    });
    expect(trial).toMatchObject({ groups: ['staff'], role: 'user' });
    expect(trial.steps.every(({ outcome }) => outcome === 'passed')).toBe(true);
    expect(await world.ask<unknown[]>(world.administrator, 'users.list')).toHaveLength(1);
  });

  it.each([
    ['tls', { authorities: '' }, undefined],
    ['connect', { issuer: 'https://localhost:1' }, undefined],
    ['client', { clientId: 'somebody-else' }, undefined],
    ['client', {}, 'a wrong secret'],
  ] as const)('names the step that fails: %s', async (step, wishes, secret) => {
    expect(await failedStep(wishes, secret)).toMatchObject({ step });
  });

  it('says when the issuer is written otherwise than the provider does', async () => {
    const world = await openWorld();
    const draft = oidcDraft(world.provider, { issuer: `${world.provider.issuer}/realms/other` });
    const trial = await world.ask<SsoTrial>(world.administrator, 'sso.test', {
      id: null,
      draft,
      person: null,
    });
    expect(trial.steps.find(({ outcome }) => outcome === 'failed')).toMatchObject({ step: 'discovery' });
  });
});
