import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SsoProvider, SsoTrial, TenantSession, User } from '../../../src/contract';
import { problemOf } from '../../support/engine/calls';
import { samlDraft } from '../../support/sso/saml';
import { openSamlWorld, type SamlWorld } from '../../support/sso/samlWorld';
import { sendTo } from '../../support/sso/web';

const cleanUp: (() => Promise<void>)[] = [];
let world: SamlWorld;
let provider: SsoProvider;

beforeAll(async () => {
  world = await openSamlWorld((end) => cleanUp.push(end));
  provider = await world.addProvider();
});
afterAll(async () => {
  for (const clean of cleanUp.reverse()) await clean();
});

const lea = { nameId: 'id-of-lea', email: 'lea@acme.example', name: 'Lea Example', groups: ['staff'] };

describe('sign-on by SAML, in a browser and at a listener of this machine', () => {
  it('is offered to whoever names the tenant, unless it is not', async () => {
    expect(await world.ask(world.window(), 'identity.signOnChoices')).toEqual([
      { id: provider.id, name: provider.name },
    ]);
  });

  it('makes an account at the first sign-in, with the role of the group', async () => {
    const session = await world.signIn(provider);
    expect(session).toMatchObject({
      role: 'user',
      user: { name: 'Lea Example', email: 'lea@acme.example', state: 'active' },
    });
    expect((await world.signIn(provider)).user?.id).toBe(session.user?.id);
  });

  it('shows the browser a page that runs and loads nothing', async () => {
    await world.signIn(provider);
    await world.browser.settled();
    const page = world.browser.pages.at(-1);
    expect(page).toMatchObject({ status: 200 });
    expect(page?.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page?.body).not.toMatch(/<script|lea/i);
  });

  it('takes over a changed name, address and group, and ends the sessions of the old role', async () => {
    const window = world.window();
    const before = await world.signIn(provider, window);
    world.idp.manner.person = {
      ...lea,
      email: 'lea.new@acme.example',
      name: 'Lea New',
      groups: ['admins', 'staff'],
    };
    expect(await world.signIn(provider)).toMatchObject({
      role: 'tenant-admin',
      user: { id: before.user?.id, name: 'Lea New', email: 'lea.new@acme.example' },
    });
    expect(await problemOf(world.ask(window, 'identity.current'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    world.idp.manner.person = lea;
    await world.signIn(provider);
  });

  it.each([
    ['encrypted', true, false],
    ['in a signed response', false, true],
    ['encrypted in a signed response', true, true],
  ])('takes assertions that are %s', async (_how, encrypts, signsResponse) => {
    Object.assign(world.idp.manner, { encrypts, signsResponse });
    expect(await world.signIn(provider)).toMatchObject({ role: 'user' });
    Object.assign(world.idp.manner, { encrypts: false, signsResponse: false });
  });

  it('lets nobody in without a group, nor by an address that somebody has', async () => {
    world.idp.manner.person = { ...lea, nameId: 'id-of-max', email: 'max@acme.example', groups: [] };
    expect(await problemOf(world.signIn(provider))).toMatchObject({ code: 'SIGN_ON_REFUSED' });
    world.idp.manner.person = { ...lea, nameId: 'id-of-eve', email: 'ada@acme.example' };
    expect(await problemOf(world.signIn(provider))).toMatchObject({ code: 'SIGN_ON_REFUSED' });
    const people = await world.ask<User[]>(world.administrator, 'users.list');
    expect(people.filter(({ email }) => email === 'max@acme.example')).toEqual([]);
    world.idp.manner.person = lea;
  });

  it('ends the session when the provider’s own ends', async () => {
    world.idp.manner.sessionSeconds = 3_600;
    const session = await world.signIn(provider);
    expect(session.expiresAt).toBeLessThanOrEqual(Date.now() + 3_600_000);
    world.idp.manner.sessionSeconds = null;
    const longer = await world.signIn(provider);
    expect(longer.expiresAt).toBeGreaterThan(session.expiresAt);
  });

  it('has a person prove anew who they are, and nobody else', async () => {
    const window = world.window();
    await world.signIn(provider, window);
    await world.ask(window, 'identity.stepUpByBrowser');
    world.idp.manner.person = { ...lea, nameId: 'id-of-max', email: 'max@acme.example' };
    expect(await problemOf(world.ask(window, 'identity.stepUpByBrowser'))).toMatchObject({
      code: 'SIGN_ON_REFUSED',
    });
    world.idp.manner.person = lea;
  });

  it('is tried step by step with the browser, without letting anybody in', async () => {
    const person = { ...lea, nameId: 'id-of-nia', email: 'nia@acme.example', groups: ['cyclists'] };
    world.idp.manner.person = person;
    const { settings } = provider;
    const draft = { ...samlDraft(world.idp.key), settings };
    const input = { id: provider.id, draft, person: null, browser: true };
    const trial = await world.ask<SsoTrial>(world.administrator, 'sso.test', input);
    expect(Object.fromEntries(trial.steps.map(({ step, outcome }) => [step, outcome]))).toMatchObject({
      certificates: 'passed',
      answer: 'passed',
      status: 'passed',
      decryption: 'skipped',
      signature: 'passed',
      addressee: 'passed',
      validity: 'passed',
      person: 'passed',
      groups: 'passed',
      role: 'failed',
    });
    expect(trial.groups).toEqual(['cyclists']);
    world.idp.manner.person = { ...person, groups: ['staff'] };
    expect(await world.ask<SsoTrial>(world.administrator, 'sso.test', input)).toMatchObject({ role: 'user' });
    const people = await world.ask<User[]>(world.administrator, 'users.list');
    expect(people.some(({ email }) => email === 'nia@acme.example')).toBe(false);
    world.idp.manner.person = lea;
  });

  it('shows its metadata at its entity id', async () => {
    const { entityId, metadata } = await world.ask<{ entityId: string; metadata: string }>(
      world.administrator,
      'sso.service',
      { id: provider.id },
    );
    expect(await sendTo(entityId, world.browser.listener)).toMatchObject({ status: 200, body: metadata });
  });

  it('ends its people’s sessions when it is disabled, and lets nobody in', async () => {
    const window = world.window();
    await world.signIn(provider, window);
    const { id } = provider;
    const [before] = await world.ask<SsoProvider[]>(world.administrator, 'sso.list');
    const disabled = await world.ask<SsoProvider>(world.administrator, 'sso.setState', {
      id,
      revision: before?.revision,
      state: 'disabled',
    });
    expect(await problemOf(world.ask(window, 'identity.current'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect(await problemOf(world.signIn(provider))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await problemOf(sendTo(`${acsOf(id)}`, world.browser.listener))).toMatchObject({
      code: 'ECONNREFUSED',
    });
    provider = await world.ask(world.administrator, 'sso.setState', {
      id,
      revision: disabled.revision,
      state: 'enabled',
    });
    expect(await world.signIn(provider)).toMatchObject({ role: 'user' } satisfies Partial<TenantSession>);
  });
});

function acsOf(id: string): string {
  return world.browser.forms.at(-1)?.to ?? `https://localhost/sso/saml/${id}/acs`;
}
