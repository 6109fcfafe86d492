import { describe, expect, it } from 'vitest';
import { createSqlcipherDriver } from '../../src/adapters/sqlcipher';
import type {
  ChangePreview,
  IssuedInvitation,
  NewApiKey,
  PeopleChange,
  PeoplePage,
  Person,
  PersonDetails,
  TenantSession,
} from '../../src/contract';
import type { TestEngine } from '../support/engine';
import { createCaller } from '../support/engine/calls';
import { giveToDirectory } from '../support/engine/directoryPerson';
import { MEMBER_PASSWORD } from '../support/engine/members';
import { tenantFile } from '../support/engine/soundness';
import { type Person as SignedIn, type Staffed, startStaffed } from '../support/engine/staffed';
import { ADMINISTRATOR } from '../support/engine/world';

const PASSWORD = 'lantern orchard quiet sum';

async function start() {
  const staffed = await startStaffed();
  const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
  const uma = await staffed.add('uma@acme.example', 'user');
  const ivo = await staffed.add('ivo@acme.example', 'user');
  return { ...staffed, ada, uma, ivo };
}

function stranger({ test, acme }: Staffed, name: string) {
  const caller = createCaller(test.engine, `connection:${name}`);
  return <Answer>(procedure: string, input: unknown = {}) =>
    caller.call('tenant', procedure, input, { tenant: acme }) as Promise<Answer>;
}

async function idOf(person: SignedIn, search: string): Promise<string> {
  const { people } = await person.call<PeoplePage>('people.list', { search });
  return people[0]?.id ?? '';
}

async function wishesOf(person: SignedIn, id: string) {
  const { name, email, role, customRoles } = await person.call<PersonDetails>('people.read', { id });
  return { name, email, role, customRoles: customRoles.map((each) => each.id) };
}

async function update(by: SignedIn, id: string, wishes: object): Promise<Person> {
  const was = await wishesOf(by, id);
  return by.call<Person>('people.update', { id, ...was, ...wishes, was });
}

function change(by: SignedIn, ids: readonly string[], what: PeopleChange): Promise<{ changed: number }> {
  return by.call('people.change', { ids, change: what, reason: 'a test' });
}

/** The tables of a tenant in which a text stands. */
async function tablesThatHold({ ports, keystore }: TestEngine, tenant: string, text: string) {
  const key = keystore.keys.get(`tenant:${tenant}`) ?? null;
  const database = await createSqlcipherDriver().open(tenantFile(ports.files.absolute(''), tenant), key);
  const found: string[] = [];
  try {
    for (const { name } of await database.read("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
      const rows = JSON.stringify(await database.read(`SELECT * FROM "${name}"`));
      if (rows.includes(text)) found.push(String(name));
    }
  } finally {
    await database.close();
  }
  return found.sort();
}

async function eventsOf(person: SignedIn, name: string) {
  const { events } = await person.call<{ events: { event: string; target: string; detail: object }[] }>(
    'audit.events',
    { limit: 100 },
  );
  return events.filter(({ event }) => event === name);
}

describe('a person', () => {
  it('is shown with what is theirs', async () => {
    const { ada, uma } = await start();
    await uma.call<NewApiKey>('apiKeys.create', { name: 'Report', scopes: ['ai.query'], expiresInDays: 3 });
    const details = await ada.call<PersonDetails>('people.read', { id: uma.id });
    expect(details).toMatchObject({
      id: uma.id,
      role: 'user',
      factors: [],
      recoveryCodesLeft: 0,
      sessions: [{ personId: uma.id, current: false }],
      apiKeys: [{ name: 'Report' }],
      conversations: 0,
    });
    expect(details.permissions).toContain('ai.query');
    expect((await ada.call<PersonDetails>('people.read', { id: ada.id })).sessions).toMatchObject([
      { current: true },
    ]);
  });

  it('is given another name, address and roles, felt at once', async () => {
    const { ada, uma } = await start();
    const role = await ada.call<{ id: string }>('access.createRole', {
      name: 'Auditor',
      permissions: ['audit.view'],
    });
    const changed = await update(ada, uma.id, {
      name: 'Uma Berg',
      email: 'uma.berg@acme.example',
      role: 'guest',
      customRoles: [role.id],
    });
    expect(changed).toMatchObject({ name: 'Uma Berg', role: 'guest', customRoles: [{ name: 'Auditor' }] });
    const session = await uma.call<TenantSession>('identity.current');
    expect(session.permissions).toEqual(expect.arrayContaining(['audit.view']));
    expect(session.permissions).not.toContain('ai.query');
    expect(await eventsOf(ada, 'person.updated')).toMatchObject([
      { target: uma.id, detail: { name: true, email: true, roleBefore: 'user', role: 'guest' } },
    ]);
  });

  it('is not changed by what was decided on another state, nor to a taken address', async () => {
    const { ada, uma } = await start();
    const was = await wishesOf(ada, uma.id);
    await update(ada, uma.id, { name: 'Uma Berg' });
    await expect(ada.call('people.update', { id: uma.id, ...was, role: 'guest', was })).rejects.toMatchObject(
      { code: 'CONFLICT' },
    );
    await expect(update(ada, uma.id, { email: 'ivo@acme.example' })).rejects.toMatchObject({
      code: 'CONFLICT',
      detail: { fields: [{ path: 'email' }] },
    });
  });

  it('changes their own name, and not what they may do', async () => {
    const { ada } = await start();
    expect(await update(ada, ada.id, { name: 'Ada Byron' })).toMatchObject({ name: 'Ada Byron' });
    await expect(update(ada, ada.id, { role: 'guest' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    for (const kind of ['disable', 'remove'] as const) {
      await expect(change(ada, [ada.id], { kind })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
    await expect(ada.call('people.resetPassword', { id: ada.id, reason: 'x' })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });

  it('of a directory keeps what the directory says', async () => {
    const staffed = await start();
    const { ada, uma, ivo, test, acme } = staffed;
    await giveToDirectory(test, acme, { id: uma.id });
    await giveToDirectory(test, acme, { id: ivo.id, disabled: true });
    for (const wishes of [{ name: 'X' }, { email: 'x@acme.example' }, { role: 'guest' }]) {
      await expect(update(ada, uma.id, wishes)).rejects.toMatchObject({
        code: 'NOT_ALLOWED',
        detail: { reason: expect.stringContaining('Acme Directory'), fields: [{}] },
      });
    }
    await expect(ada.call('people.resetPassword', { id: uma.id, reason: 'x' })).rejects.toMatchObject({
      detail: { reason: expect.stringContaining('keeps the password') },
    });
    const preview = await ada.call<ChangePreview>('people.preview', {
      ids: [uma.id],
      change: { kind: 'role', role: 'guest' },
    });
    expect(preview.refusals).toMatchObject([{ id: uma.id, reason: expect.stringContaining('directory') }]);
    await expect(change(ada, [ivo.id], { kind: 'enable' })).rejects.toMatchObject({
      detail: { fields: [{ path: 'ivo', problem: expect.stringContaining('disabled') }] },
    });
    expect((await ada.call<PeoplePage>('people.list', { origin: 'directory' })).total).toBe(2);
  });
});

describe('a disabled person', () => {
  it('is out at once, with sessions, keys and codes, and comes back with what they had', async () => {
    const staffed = await start();
    const { ada, uma, test, acme } = staffed;
    const { secret } = await uma.call<NewApiKey>('apiKeys.create', {
      name: 'Report',
      scopes: ['analytics.view'],
      expiresInDays: 3,
    });
    const program = createCaller(test.engine, 'connection:program');
    program.credential = secret;
    const read = () => program.call('tenant', 'overview.read', { period: '24h' }, { tenant: acme });
    await read();
    const preview = await ada.call<ChangePreview>('people.preview', {
      ids: [uma.id],
      change: { kind: 'disable' },
    });
    expect(preview).toMatchObject({
      changes: [{ id: uma.id, before: 'active', after: 'disabled' }],
      refusals: [],
      sessions: 1,
      apiKeys: 1,
      conversations: 0,
    });
    expect(await change(ada, [uma.id], { kind: 'disable' })).toEqual({ changed: 1 });
    await expect(uma.call('identity.current')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    await expect(read()).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    const signIn = (name: string) =>
      stranger(staffed, name)('identity.signIn', { email: uma.email, password: MEMBER_PASSWORD });
    await expect(signIn('early')).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await change(ada, [uma.id], { kind: 'enable' });
    // What was ended stays ended.
    await expect(uma.call('identity.current')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    await signIn('late');
    await read();
    expect(await eventsOf(ada, 'person.disabled')).toMatchObject([
      { target: uma.id, detail: { reason: 'a test', stateBefore: 'active' } },
    ]);
  });

  it('who was only invited is invited again when enabled, without the old code', async () => {
    const staffed = await start();
    const { ada } = staffed;
    const wishes = { name: 'Iva', email: 'iva@acme.example', role: 'user' };
    const { person, code } = await ada.call<IssuedInvitation>('people.invite', wishes);
    await change(ada, [person.id], { kind: 'disable' });
    await change(ada, [person.id], { kind: 'enable' });
    expect(await ada.call('people.read', { id: person.id })).toMatchObject({
      state: 'invited',
      invitation: null,
    });
    await expect(
      stranger(staffed, 'iva')('people.openInvitation', { email: wishes.email, code }),
    ).rejects.toMatchObject({ code: 'INVITATION_REFUSED' });
  });
});

describe('a removed person', () => {
  it('takes along what was theirs and leaves what is the organisation’s', async () => {
    const { ada, uma, test, acme } = await start();
    await uma.call('apiKeys.create', { name: 'Report', scopes: ['ai.query'], expiresInDays: 3 });
    const stream = await uma.call<AsyncIterable<unknown>>('assistant.ask', { content: 'Why?' });
    for await (const _ of stream);
    const input = { ids: [uma.id], change: { kind: 'remove' } };
    expect(await ada.call('people.preview', input)).toMatchObject({
      sessions: 1,
      apiKeys: 1,
      conversations: 1,
    });
    await change(ada, [uma.id], { kind: 'remove' });
    await expect(uma.call('identity.current')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    await expect(ada.call('people.read', { id: uma.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await idOf(ada, uma.email)).toBe('');
    expect(await ada.call('apiKeys.listAll')).toEqual([]);
    const usage = await ada.call<{ events: { userName: string; personId: string }[] }>('usage.list', {
      limit: 5,
      from: 0,
      to: Number.MAX_SAFE_INTEGER,
    });
    expect(usage.events).toMatchObject([{ personId: uma.id, userName: 'Removed person' }]);
    expect(await tablesThatHold(test, acme, uma.id)).toEqual([
      'audit_events',
      'usage_events',
      'usage_people',
    ]);
    expect(await tablesThatHold(test, acme, uma.email)).toEqual([]);
    // The address is free again, for an account that has nothing of the earlier one.
    const again = await ada.call<IssuedInvitation>('people.invite', {
      name: 'Uma',
      email: uma.email,
      role: 'user',
    });
    expect(await ada.call('people.read', { id: again.person.id })).toMatchObject({
      conversations: 0,
      apiKeys: [],
      sessions: [],
    });
  });
});

describe('a password that is reset', () => {
  it('ends the sessions and opens with the new code alone, the second factor staying', async () => {
    const staffed = await start();
    const { ada, uma } = staffed;
    const issued = await ada.call<IssuedInvitation>('people.resetPassword', { id: uma.id, reason: 'lost' });
    await expect(uma.call('identity.current')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    const call = stranger(staffed, 'uma');
    await expect(
      call('identity.signIn', { email: uma.email, password: MEMBER_PASSWORD }),
    ).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    const key = { email: uma.email, code: issued.code };
    const session = await call<TenantSession>('people.acceptInvitation', { ...key, password: PASSWORD });
    expect(session).toMatchObject({ user: { id: uma.id }, needs: null });
    await call('identity.signIn', { email: uma.email, password: PASSWORD });
    expect(await ada.call('people.read', { id: uma.id })).toMatchObject({
      state: 'active',
      invitation: null,
    });
  });

  it('cannot be set back to an earlier one where the policy forbids that', async () => {
    const staffed = await start();
    const { ada, uma } = staffed;
    const policy = await ada.call<{ password: object }>('account.policy');
    await ada.call('account.setPolicy', { ...policy, password: { ...policy.password, history: 3 } });
    const { code } = await ada.call<IssuedInvitation>('people.resetPassword', { id: uma.id, reason: 'lost' });
    await expect(
      stranger(staffed, 'uma')('people.acceptInvitation', {
        email: uma.email,
        code,
        password: MEMBER_PASSWORD,
      }),
    ).rejects.toMatchObject({ code: 'WEAK_PASSWORD', detail: { fields: [{ path: 'password' }] } });
  });
});

describe('a change of several people', () => {
  it('is shown before, done as a whole, and names who is refused', async () => {
    const { ada, uma, ivo } = await start();
    const first = await idOf(ada, ADMINISTRATOR.email);
    const ids = [uma.id, ivo.id, first, ada.id];
    const role: PeopleChange = { kind: 'role', role: 'guest' };
    const preview = await ada.call<ChangePreview>('people.preview', { ids, change: role });
    expect(preview.changes.map(({ name, before, after }) => [name, before, after])).toEqual([
      ['uma', 'user', 'guest'],
      ['ivo', 'user', 'guest'],
    ]);
    expect(preview.refusals.map(({ name }) => name).sort()).toEqual([ADMINISTRATOR.name, 'ada.b'].sort());
    await expect(change(ada, ids, role)).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      detail: { fields: expect.arrayContaining([expect.objectContaining({ path: 'ada.b' })]) },
    });
    expect(await ada.call('people.read', { id: uma.id })).toMatchObject({ role: 'user' });
    expect(await change(ada, [uma.id, ivo.id, uma.id], role)).toEqual({ changed: 2 });
    expect(await eventsOf(ada, 'person.role-changed')).toHaveLength(2);
    await expect(change(ada, [uma.id], role)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(uma.call('assistant.ask', { content: 'Why?' })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });

  it('lets an administrator go while another stays', async () => {
    const { ada } = await start();
    const first = await idOf(ada, ADMINISTRATOR.email);
    expect(await change(ada, [first], { kind: 'disable' })).toEqual({ changed: 1 });
    expect((await ada.call<PeoplePage>('people.list', { role: 'tenant-admin' })).total).toBe(2);
  });

  it('refuses the account of a program', async () => {
    const { ada } = await start();
    const { id } = await ada.call<{ id: string }>('apiKeys.addService', { name: 'Robot', role: 'guest' });
    await expect(change(ada, [id], { kind: 'remove' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
