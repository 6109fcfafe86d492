import { describe, expect, it } from 'vitest';
import {
  type AccessExplanation,
  type AccountAccess,
  type Action,
  ASSIGNABLE,
  type CustomRole,
  isConsoleError,
  type TenantSession,
} from '../../src/contract';
import { EXAMPLES } from '../support/engine/examples';
import { type Person, startStaffed } from '../support/engine/staffed';

async function compose(person: Person, name: string, permissions: readonly string[]): Promise<CustomRole> {
  return person.call('access.createRole', { name, permissions });
}

async function assign(person: Person, id: string, role: string, customRoles: readonly string[] = []) {
  return person.call<AccountAccess>('access.assign', { id, role, customRoles });
}

describe('a custom role', () => {
  it('gives at once, and takes at once, in sessions that were begun before', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const uma = await add('uma@acme.example', 'user');
    let count = 0;
    const document = () => {
      count += 1;
      return { file: new File([`text ${count}`], 'a.txt') };
    };
    await expect(uma.call('knowledge.add', document())).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    const librarian = await compose(ada, 'Librarian', ['knowledge.manage', 'knowledge.read']);
    const shown = await assign(ada, uma.id, 'user', [librarian.id]);
    expect(shown.customRoles).toEqual([{ id: librarian.id, name: 'Librarian' }]);
    expect(shown.permissions).toContain('knowledge.manage');
    await uma.call('knowledge.add', document());
    expect((await uma.call<TenantSession>('identity.current')).permissions).toContain('knowledge.manage');

    const { id, revision } = librarian;
    await ada.call('access.updateRole', { id, revision, name: 'Reader', permissions: ['knowledge.read'] });
    await expect(uma.call('knowledge.add', document())).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await ada.call('access.updateRole', {
      id,
      revision: revision + 1,
      name: 'Librarian',
      permissions: ['knowledge.manage'],
    });
    await uma.call('knowledge.add', document());
    await ada.call('access.removeRole', { id });
    await expect(uma.call('knowledge.add', document())).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await ada.call('access.roles')).toEqual([]);
  });

  it('lets a guest do exactly what it is composed of', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const gil = await add('gil@acme.example', 'guest');
    const auditor = await compose(ada, 'Auditor', ['audit.view']);
    await assign(ada, gil.id, 'guest', [auditor.id]);
    await gil.call('audit.events', { limit: 5 });
    await expect(gil.call('overview.read', { period: '24h' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(gil.call('assistant.ask', { content: 'Why?' })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });

  it('has a name of its own and is changed by whoever saw its last state', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const role = await compose(ada, 'Auditor', ['isolation.view']);
    await expect(compose(ada, 'auditor', ['isolation.view'])).rejects.toMatchObject({
      code: 'CONFLICT',
      detail: { fields: [{ path: 'name', problem: 'is taken' }] },
    });
    const change = { id: role.id, revision: role.revision, name: 'A', permissions: ['isolation.view'] };
    await ada.call('access.updateRole', change);
    await expect(ada.call('access.updateRole', change)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('leaves an event that says what was held before and after, and no name', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const uma = await add('uma@acme.example', 'user');
    const role = await compose(ada, 'Secret project', ['isolation.view']);
    await assign(ada, uma.id, 'guest', [role.id]);
    const { events } = await ada.call<{ events: { event: string; target: string; detail: object }[] }>(
      'audit.events',
      { limit: 50 },
    );
    const assigned = events.find(({ event }) => event === 'access.assigned');
    expect(assigned).toMatchObject({
      target: uma.id,
      detail: { roleBefore: 'user', role: 'guest', customRolesBefore: '', customRoles: role.id },
    });
    expect(JSON.stringify(events)).not.toContain('Secret project');
  });
});

describe('the assistant', () => {
  it('quotes documents only to those who may read them', async () => {
    const { add, test } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const gil = await add('gil@acme.example', 'guest');
    await ada.call('knowledge.add', { file: new File(['The vault code is walrus seven.'], 'vault.txt') });
    const watching = await ada.call<AsyncIterable<{ state: string }[]>>('knowledge.watch');
    for await (const documents of watching) if (documents.every(({ state }) => state === 'ready')) break;
    const asker = await compose(ada, 'Asker', ['ai.query']);
    await assign(ada, gil.id, 'guest', [asker.id]);
    const promptsFor = async (person: Person) => {
      test.runtime.requests.length = 0;
      const stream = await person.call<AsyncIterable<unknown>>('assistant.ask', {
        content: 'What is the vault code?',
      });
      for await (const _ of stream);
      return JSON.stringify(test.runtime.requests);
    };
    expect(await promptsFor(ada)).toContain('walrus');
    const prompts = await promptsFor(gil);
    expect(prompts).toContain('vault code');
    expect(prompts).not.toContain('walrus');
  });
});

describe('an explanation', () => {
  it('says of each action and person what the door then does', async () => {
    const { add, acme, operator } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const people = {
      uma: await add('uma@acme.example', 'user'),
      gil: await add('gil@acme.example', 'guest'),
      kim: await add('kim@acme.example', 'guest'),
    };
    const role = await compose(ada, 'Auditor', ['isolation.view', 'users.manage']);
    await assign(ada, people.kim.id, 'guest', [role.id]);
    const actions = await ada.call<Action[]>('access.actions');
    const own = actions.filter(({ name }) => name.startsWith('tenant.') && !name.endsWith('.signOut'));
    expect(own.length).toBeGreaterThan(30);
    for (const { name } of own) {
      for (const who of [people.uma, people.gil, people.kim, null]) {
        const { allowed } = await ada.call<AccessExplanation>('access.explain', {
          person: who?.id ?? null,
          action: name,
        });
        const procedure = name.slice('tenant.'.length);
        const input = EXAMPLES[name]?.();
        const tried = who ? who.call(procedure, input) : operator.call(procedure, input, acme);
        const refused = await tried.then(
          () => false,
          (problem) => isConsoleError(problem) && problem.code === 'NOT_ALLOWED' && !problem.detail.reason,
        );
        expect([who?.email, name, allowed]).toEqual([who?.email, name, !refused]);
      }
    }
  });

  it('names what grants: the role, the custom role, and what is asked besides', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const kim = await add('kim@acme.example', 'guest');
    const role = await compose(ada, 'Keeper', ['access.manage', 'access.view']);
    await assign(ada, kim.id, 'guest', [role.id]);
    const explained = await ada.call<AccessExplanation>('access.explain', {
      person: kim.id,
      action: 'tenant.access.createRole',
    });
    expect(explained).toMatchObject({
      allowed: true,
      role: 'guest',
      action: { permission: 'access.manage' },
    });
    expect(explained.reasons.map(({ kind, effect }) => `${kind} ${effect}`)).toEqual([
      'role neutral',
      'custom-role grants',
      'tenant neutral',
      'step-up demands',
    ]);
    const ofInstallation = await ada.call<AccessExplanation>('access.explain', {
      person: ada.id,
      action: 'installation.tenants.list',
    });
    expect(ofInstallation.allowed).toBe(false);
    await expect(ada.call('access.explain', { person: ada.id, action: 'no.such' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('the permissions that can be composed', () => {
  it('are those of a tenant administrator', async () => {
    const { add } = await startStaffed();
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const role = await compose(ada, 'Deputy', ASSIGNABLE);
    expect([...role.permissions].sort()).toEqual([...ASSIGNABLE].sort());
  });
});
