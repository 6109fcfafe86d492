import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SsoDraft, SsoProvider, SsoTrial, Tenant, TenantSession, User } from '../../../src/contract';
import { problemOf } from '../../support/engine/calls';
import { addMember } from '../../support/engine/members';
import { createAuthority } from '../../support/sso/authority';
import {
  addGroup,
  addPerson,
  groupDn,
  noSlapd,
  personDn,
  type Slapd,
  startSlapd,
} from '../../support/sso/slapd';
import { ldapDraft, openSsoWorld, type SsoWorld } from '../../support/sso/world';

const cleanUp: (() => Promise<void>)[] = [];
let slapd: Slapd;
let world: SsoWorld;
let provider: SsoProvider;

async function change(draft: SsoDraft): Promise<void> {
  const { id, revision } = provider;
  provider = await world.ask(world.administrator, 'sso.update', { id, revision, draft });
}

const signIn = (email: string, password: string, window = world.window()): Promise<TenantSession> =>
  world.ask(window, 'identity.signIn', { email, password });

const trialOf = (draft: SsoDraft, person: object | null = null): Promise<SsoTrial> =>
  world.ask(world.administrator, 'sso.test', { id: null, draft, person });

function outcomes({ steps }: SsoTrial): Record<string, string> {
  return Object.fromEntries(steps.map(({ step, outcome }) => [step, outcome]));
}

async function setMembers(cn: string, members: string[]): Promise<void> {
  await slapd.admin.modify(
    groupDn(cn),
    new Change({ operation: 'replace', modification: new Attribute({ type: 'member', values: members }) }),
  );
}

// A machine without slapd says so in the report instead of passing.
describe.skipIf(noSlapd !== null)(`sign-on by a directory${noSlapd ? ` (skipped: ${noSlapd})` : ''}`, () => {
  beforeAll(async () => {
    slapd = await startSlapd((end) => cleanUp.push(end));
    world = await openSsoWorld((end) => cleanUp.push(end));
    for (const uid of ['lea', 'max', 'nia', 'otto']) await addPerson(slapd.admin, uid);
    await addGroup(slapd.admin, 'leads', [personDn('max')]);
    await addGroup(slapd.admin, 'staff', [personDn('lea'), personDn('otto')]);
    await addGroup(slapd.admin, 'admins', [groupDn('leads')]);
    provider = await world.ask(world.administrator, 'sso.add', { draft: ldapDraft(slapd) });
    expect(provider).toMatchObject({ state: 'disabled', hasSecret: true, people: 0, revision: 1 });
  });
  afterAll(async () => {
    for (const clean of cleanUp.reverse()) await clean();
  });

  it('lets nobody in before it is enabled', async () => {
    expect(await problemOf(signIn('lea@acme.example', 'password of lea'))).toMatchObject({
      code: 'WRONG_CREDENTIALS',
    });
    const { id, revision } = provider;
    provider = await world.ask(world.administrator, 'sso.setState', { id, revision, state: 'enabled' });
  });

  it('makes an account at the first sign-in, with the role of the group', async () => {
    const session = await signIn('lea@acme.example', 'password of lea');
    expect(session).toMatchObject({
      role: 'user',
      user: { name: 'Lea Example', email: 'lea@acme.example', state: 'active' },
    });
    const again = await signIn('Lea@Acme.Example', 'password of lea');
    expect(again.user?.id).toBe(session.user?.id);
    const people = await world.ask<User[]>(world.administrator, 'users.list');
    expect(people.filter(({ email }) => email === 'lea@acme.example')).toHaveLength(1);
  });

  it('finds the role of a group within a group, also where groups are in a circle', async () => {
    await setMembers('leads', [personDn('max'), groupDn('admins')]);
    expect(await signIn('max@acme.example', 'password of max')).toMatchObject({ role: 'tenant-admin' });
  });

  it('takes the groups from the entry where it is told to', async () => {
    const trial = await trialOf(ldapDraft(slapd, { groupLookup: 'member-of', groupsBase: '' }), {
      email: 'lea@acme.example',
      password: 'password of lea',
    });
    expect(trial).toMatchObject({ role: 'user', groups: [groupDn('staff')] });
  });

  it('refuses a wrong password, an empty one, a stranger and somebody without a group', async () => {
    for (const [email, password] of [
      ['lea@acme.example', 'password of max'],
      ['nobody@acme.example', 'password of lea'],
      ['nia@acme.example', 'password of nia'],
    ] as const) {
      expect(await problemOf(signIn(email, password))).toMatchObject({ code: 'WRONG_CREDENTIALS' });
    }
    expect(await problemOf(signIn('lea@acme.example', ''))).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('leaves the accounts with a password of their own to the console', async () => {
    await addPerson(slapd.admin, 'ada');
    expect(await problemOf(signIn('ada@acme.example', 'password of ada'))).toMatchObject({
      code: 'WRONG_CREDENTIALS',
    });
    expect(await signIn('ada@acme.example', 'staple anchor violet 2')).toMatchObject({
      role: 'tenant-admin',
    });
  });

  it('says at sign-in only that the directory does not answer, and lets local accounts in', async () => {
    await slapd.stop();
    expect(await problemOf(signIn('otto@acme.example', 'password of otto'))).toMatchObject({
      code: 'DIRECTORY_UNAVAILABLE',
      detail: { next: expect.stringContaining('Sign-on') },
    });
    expect(await signIn('ada@acme.example', 'staple anchor violet 2')).toBeTruthy();
    const trial = await trialOf(ldapDraft(slapd));
    expect(trial.steps.find(({ outcome }) => outcome === 'failed')).toEqual({
      step: 'connect',
      outcome: 'failed',
      words: 'Nothing listens at this port.',
    });
    await slapd.start();
    expect(await signIn('otto@acme.example', 'password of otto')).toMatchObject({ role: 'user' });
  });

  it('proves who somebody is again with the directory’s password', async () => {
    const window = world.window();
    await signIn('lea@acme.example', 'password of lea', window);
    expect(
      await problemOf(
        world.ask(window, 'identity.stepUp', { kind: 'password', password: 'password of max' }),
      ),
    ).toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await world.ask(window, 'identity.stepUp', { kind: 'password', password: 'password of lea' });
  });

  describe('the test', () => {
    it('goes through all steps and keeps nothing', async () => {
      const before = await world.ask<User[]>(world.administrator, 'users.list');
      const trial = await trialOf(ldapDraft(slapd), {
        email: 'nia@acme.example',
        password: 'password of nia',
      });
      expect(trial).toMatchObject({ groups: [], role: null });
      expect(outcomes(trial)).toEqual({
        allowed: 'passed',
        resolve: 'passed',
        connect: 'passed',
        tls: 'passed',
        bind: 'passed',
        search: 'passed',
        password: 'passed',
        groups: 'passed',
        role: 'failed',
      });
      expect(await world.ask<User[]>(world.administrator, 'users.list')).toEqual(before);
    });

    it('goes over StartTLS too', async () => {
      const draft = ldapDraft(slapd, { url: `ldap://localhost:${slapd.port}`, startTls: true });
      const trial = await trialOf(draft, { email: 'lea@acme.example', password: 'password of lea' });
      expect(trial.role).toBe('user');
    });

    it.each<[string, string, (draft: SsoDraft) => SsoDraft, string]>([
      [
        'a host that is not declared',
        'allowed',
        (draft) => ({ ...draft, settings: { ...draft.settings, url: 'ldaps://ldap.far.example' } }),
        'ldap.far.example',
      ],
      [
        'another authority',
        'tls',
        (draft) => ({ ...draft, settings: { ...draft.settings, authorities: '' } }),
        'authority',
      ],
      [
        'a port that speaks no TLS',
        'tls',
        (draft) => ({ ...draft, settings: { ...draft.settings, url: `ldaps://localhost:${slapd.port}` } }),
        '',
      ],
      [
        'a wrong password of the searching account',
        'bind',
        (draft) => ({ ...draft, secret: 'wrong' }),
        'password',
      ],
      [
        'a base that is not there',
        'search',
        (draft) => ({
          ...draft,
          settings: { ...draft.settings, peopleBase: 'ou=nowhere,dc=acme,dc=example' },
        }),
        'begins',
      ],
      [
        'a filter that is none',
        'search',
        (draft) => ({ ...draft, settings: { ...draft.settings, peopleFilter: '(&(objectClass=*' } }),
        'RFC 4515',
      ],
      [
        'groups below a base that is not there',
        'groups',
        (draft) => ({ ...draft, settings: { ...draft.settings, groupsBase: 'ou=none,dc=acme,dc=example' } }),
        'begins',
      ],
    ])('says which step failed: %s', async (_what, step, spoil, words) => {
      const trial = await trialOf(spoil(ldapDraft(slapd)), {
        email: 'lea@acme.example',
        password: 'password of lea',
      });
      const failed = trial.steps.filter(({ outcome }) => outcome === 'failed');
      expect(failed.map((result) => result.step)).toEqual([step]);
      if (step !== 'allowed') expect(failed[0]?.words).toContain(words);
      const at = trial.steps.findIndex((result) => result.step === step);
      expect(trial.steps.slice(at + 1).every(({ outcome }) => outcome === 'skipped')).toBe(true);
    });

    it('refuses settings that cannot be safe', async () => {
      const clear = ldapDraft(slapd, { url: 'ldap://ldap.acme.internal', startTls: false });
      expect(await problemOf(trialOf(clear))).toMatchObject({
        code: 'BAD_INPUT',
        detail: { fields: [{ path: 'draft.settings.startTls' }] },
      });
      const rubbish = ldapDraft(slapd, { authorities: 'not a certificate' });
      expect(await problemOf(trialOf(rubbish))).toMatchObject({ code: 'BAD_INPUT' });
    });

    it('refuses a certificate for another name', async () => {
      const draft = ldapDraft(slapd, { authorities: (await createAuthority('Another one')).certificate });
      expect(outcomes(await trialOf(draft))).toMatchObject({
        connect: 'passed',
        tls: 'failed',
        bind: 'skipped',
      });
    });

    it('leaves every connection in the ledger', async () => {
      await trialOf(ldapDraft(slapd));
      const ledger = await world.ask<{ attempts: object[] }>(world.administrator, 'isolation.ledger', {});
      expect(ledger.attempts[0]).toMatchObject({
        host: 'localhost',
        port: slapd.securePort,
        purpose: 'directory',
        decision: 'allowed',
      });
    });
  });

  describe('asking again', () => {
    const recheck = () => world.ask(world.administrator, 'sso.recheck', { id: provider.id });

    it('changes a role, and ends the sessions that carry the old one', async () => {
      const window = world.window();
      await signIn('otto@acme.example', 'password of otto', window);
      await setMembers('staff', [personDn('lea')]);
      await setMembers('admins', [groupDn('leads'), personDn('otto')]);
      expect(await recheck()).toMatchObject({ changed: 1, disabled: 0 });
      expect(await problemOf(world.ask(window, 'identity.current'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
      expect(await signIn('otto@acme.example', 'password of otto')).toMatchObject({ role: 'tenant-admin' });
    });

    it('follows somebody who is renamed and moved', async () => {
      const before = await signIn('otto@acme.example', 'password of otto');
      await slapd.admin.modifyDN(personDn('otto'), 'uid=otto-b');
      await setMembers('admins', [groupDn('leads'), personDn('otto-b')]);
      await slapd.admin.modify(
        personDn('otto-b'),
        new Change({
          operation: 'replace',
          modification: new Attribute({ type: 'mail', values: ['o.b@acme.example'] }),
        }),
      );
      await recheck();
      const after = await signIn('o.b@acme.example', 'password of otto');
      expect(after.user).toMatchObject({ id: before.user?.id, email: 'o.b@acme.example' });
    });

    it('disables who is gone, ends their sessions, and lets them back in when they are there again', async () => {
      const window = world.window();
      const { user } = await signIn('lea@acme.example', 'password of lea', window);
      await slapd.admin.del(personDn('lea'));
      expect(await recheck()).toMatchObject({ disabled: 1 });
      expect(await problemOf(world.ask(window, 'identity.current'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
      const people = await world.ask<User[]>(world.administrator, 'users.list');
      expect(people.find(({ id }) => id === user?.id)).toMatchObject({ state: 'disabled' });
    });

    it('changes nobody when the directory does not answer', async () => {
      const before = await world.ask<User[]>(world.administrator, 'users.list');
      await slapd.stop();
      expect(await problemOf(recheck())).toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
      await slapd.start();
      expect(await world.ask<User[]>(world.administrator, 'users.list')).toEqual(before);
      const [shown] = await world.ask<SsoProvider[]>(world.administrator, 'sso.list');
      expect(shown).toMatchObject({ problem: 'Nothing listens at this port.' });
    });
  });

  it('does not send a secret that was given for one server to another', async () => {
    const draft = { ...ldapDraft(slapd), secret: null };
    await change(draft);
    const elsewhere = { ...draft, settings: { ...draft.settings, url: 'ldap://127.0.0.1:1' } };
    const { id, revision } = provider;
    for (const [name, input] of [
      ['sso.update', { id, revision, draft: elsewhere }],
      ['sso.test', { id, draft: elsewhere, person: null }],
    ] as const) {
      expect(await problemOf(world.ask(world.administrator, name, input))).toMatchObject({
        code: 'BAD_INPUT',
        detail: { fields: [{ path: 'draft.secret' }] },
      });
    }
  });

  it('shows its secret to nobody', async () => {
    const shown = await world.ask(world.administrator, 'sso.list');
    expect(JSON.stringify(shown)).not.toContain('reader of people');
    expect(world.log.lines.join('\n')).not.toContain('reader of people');
  });

  it('is not taken away from a tenant that nobody else would administer', async () => {
    const window = world.window();
    await signIn('max@acme.example', 'password of max', window);
    const people = await world.ask<User[]>(window, 'users.list');
    const ada = people.find(({ email }) => email === 'ada@acme.example')?.id;
    const assign = (role: string) => world.ask(window, 'access.assign', { id: ada, role, customRoles: [] });
    await assign('user');
    const { id, revision } = provider;
    for (const [name, input] of [
      ['sso.setState', { id, revision, state: 'disabled' }],
      ['sso.remove', { id, revision }],
    ] as const) {
      expect(await problemOf(world.ask(window, name, input))).toMatchObject({
        code: 'CONFLICT',
        detail: { reason: expect.stringContaining('password of this console') },
      });
    }
    await assign('tenant-admin');
  });

  it('makes no account that the plan has no room for', async () => {
    const plan = async (name: string) => {
      const { revision } = (await world.operator.call('installation', 'tenants.read', {
        id: world.tenant,
      })) as Tenant;
      const changed = { id: world.tenant, revision, plan: name };
      await world.operator.call('installation', 'tenants.update', changed);
    };
    await plan('starter');
    const present = await world.ask<User[]>(world.administrator, 'users.list');
    for (let people = present.length; people < 25; people += 1) {
      await addMember(world, world.tenant, { email: `person${people}@acme.example`, role: 'guest' });
    }
    await addPerson(slapd.admin, 'pia');
    await setMembers('staff', [personDn('lea'), personDn('pia')]);
    expect(await problemOf(signIn('pia@acme.example', 'password of pia'))).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      detail: { reason: 'The plan has room for 25 people.' },
    });
    expect(await world.ask<User[]>(world.administrator, 'users.list')).toHaveLength(25);
    await plan('professional');
    expect(await signIn('pia@acme.example', 'password of pia')).toMatchObject({ role: 'user' });
  });

  it('ends the sessions of its people when it is disabled, and disables them when it is removed', async () => {
    const window = world.window();
    const { user } = await signIn('max@acme.example', 'password of max', window);
    const { id, revision } = provider;
    provider = await world.ask(world.administrator, 'sso.setState', { id, revision, state: 'disabled' });
    expect(await problemOf(world.ask(window, 'identity.current'))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    await world.ask(world.administrator, 'sso.remove', { id, revision: provider.revision });
    expect(await world.ask(world.administrator, 'sso.list')).toEqual([]);
    const people = await world.ask<User[]>(world.administrator, 'users.list');
    expect(people.find((person) => person.id === user?.id)).toMatchObject({ state: 'disabled' });
  });
});
