import { describe, expect, it } from 'vitest';
import {
  type IssuedInvitation,
  isConsoleError,
  type PeoplePage,
  type Person,
  type TenantSession,
} from '../../src/contract';
import { createCaller } from '../support/engine/calls';
import { type Person as SignedIn, type Staffed, startStaffed } from '../support/engine/staffed';
import { TestClock } from '../support/engine/testClock';

const PASSWORD = 'lantern orchard quiet sum';
const IVA = { name: 'Iva Novak', email: 'iva@acme.example', role: 'user' };
const HOUR = 3_600_000;

let windows = 0;

/** A window in front of which nobody is signed in. */
function stranger({ test, acme }: Staffed, tenant = acme) {
  windows += 1;
  const caller = createCaller(test.engine, `connection:${windows}`);
  return <Answer>(name: string, input: unknown = {}) =>
    caller.call('tenant', name, input, { tenant }) as Promise<Answer>;
}

function invite(person: SignedIn, wishes: object = {}): Promise<IssuedInvitation> {
  return person.call('people.invite', { ...IVA, ...wishes });
}

async function eventsOf(person: SignedIn) {
  const { events } = await person.call<{ events: { event: string; target: string; detail: object }[] }>(
    'audit.events',
    { limit: 100 },
  );
  return events;
}

describe('an invitation', () => {
  it('lets the invited person set a password of their own and signs them in', async () => {
    const staffed = await startStaffed();
    const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
    const { person, code, domain } = await invite(ada);
    expect(person).toMatchObject({ ...IVA, state: 'invited', origin: { kind: 'own' } });
    expect(domain).toBe('acme.example');

    const call = stranger(staffed);
    const key = { email: IVA.email, code: code.toLowerCase().replaceAll('-', ' ') };
    const opened = await call<{ name: string; rules: { id: string }[] }>('people.openInvitation', key);
    expect(opened.name).toBe(IVA.name);
    expect(opened.rules.map(({ id }) => id)).toContain('length');
    const session = await call<TenantSession>('people.acceptInvitation', { ...key, password: PASSWORD });
    expect(session).toMatchObject({ role: 'user', needs: null, user: { id: person.id, state: 'active' } });
    expect((await call<TenantSession>('identity.current')).user?.email).toBe(IVA.email);
    await stranger(staffed)('identity.signIn', { email: IVA.email, password: PASSWORD });
    const { people } = await ada.call<PeoplePage>('people.list', { search: 'novak' });
    expect(people).toMatchObject([{ state: 'active', invitation: null, lastSignInAt: expect.any(Number) }]);
  });

  it('opens nothing before it is accepted, and only once', async () => {
    const staffed = await startStaffed();
    const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
    const { code } = await invite(ada);
    const key = { email: IVA.email, code };
    for (const password of [code, '*', PASSWORD]) {
      await expect(
        stranger(staffed)('identity.signIn', { email: IVA.email, password }),
      ).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    }
    const twice = await Promise.allSettled(
      [1, 2].map(() => stranger(staffed)('people.acceptInvitation', { ...key, password: PASSWORD })),
    );
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(stranger(staffed)('people.openInvitation', key)).rejects.toMatchObject({
      code: 'INVITATION_REFUSED',
    });
  });

  it('holds the password against the policy of the tenant', async () => {
    const staffed = await startStaffed();
    const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
    const policy = await ada.call<{ password: object }>('account.policy');
    await ada.call('account.setPolicy', { ...policy, password: { ...policy.password, minimumLength: 30 } });
    const { code } = await invite(ada);
    const accept = (password: string) =>
      stranger(staffed)('people.acceptInvitation', { email: IVA.email, code, password });
    await expect(accept(PASSWORD)).rejects.toMatchObject({
      code: 'WEAK_PASSWORD',
      detail: { fields: [{ path: 'password', problem: 'At least 30 characters' }] },
    });
    await accept(`${PASSWORD} and more of it`);
  });

  it('leads to the second factor where the role demands one', async () => {
    const staffed = await startStaffed();
    const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
    const policy = await ada.call<object>('account.policy');
    await ada.call('account.setPolicy', { ...policy, secondFactorFor: ['user'] });
    const { code } = await invite(ada);
    const call = stranger(staffed);
    const session = await call<TenantSession>('people.acceptInvitation', {
      email: IVA.email,
      code,
      password: PASSWORD,
    });
    expect(session.needs).toBe('enrolment');
    await expect(call('overview.read', { period: '24h' })).rejects.toMatchObject({
      code: 'SIGN_IN_INCOMPLETE',
    });
  });

  it('is over after the hours of the policy, and a new code takes the place of an earlier one', async () => {
    const clock = new TestClock();
    const staffed = await startStaffed({ clock });
    const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
    expect(await ada.call('people.policy')).toEqual({ hours: 72, revision: 0 });
    await ada.call('people.setPolicy', { hours: 2, revision: 0 });
    await expect(ada.call('people.setPolicy', { hours: 9, revision: 0 })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const first = await invite(ada);
    expect(first.expiresAt - clock.now()).toBe(2 * HOUR);
    const second = await ada.call<IssuedInvitation>('people.reissue', { id: first.person.id });
    const open = (code: string) => stranger(staffed)('people.openInvitation', { email: IVA.email, code });
    await expect(open(first.code)).rejects.toMatchObject({ code: 'INVITATION_REFUSED' });
    await open(second.code);
    clock.pass(2 * HOUR);
    await expect(open(second.code)).rejects.toMatchObject({ code: 'INVITATION_REFUSED' });
  });

  it('can be withdrawn; the person stays to be invited again', async () => {
    const staffed = await startStaffed();
    const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
    const { code, person } = await invite(ada);
    const withdrawn = await ada.call<Person>('people.withdraw', { id: person.id });
    expect(withdrawn).toMatchObject({ state: 'invited', invitation: null });
    await expect(
      stranger(staffed)('people.openInvitation', { email: IVA.email, code }),
    ).rejects.toMatchObject({ code: 'INVITATION_REFUSED' });
    await expect(ada.call('people.withdraw', { id: person.id })).rejects.toMatchObject({ code: 'CONFLICT' });
    const again = await ada.call<IssuedInvitation>('people.reissue', { id: person.id });
    await stranger(staffed)('people.openInvitation', { email: IVA.email, code: again.code });
  });

  it('leaves events that name nobody', async () => {
    const staffed = await startStaffed();
    const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
    const { code, person } = await invite(ada);
    await stranger(staffed)('people.acceptInvitation', { email: IVA.email, code, password: PASSWORD });
    const events = await eventsOf(ada);
    expect(events.find(({ event }) => event === 'person.invited')).toMatchObject({
      target: person.id,
      detail: { role: 'user', customRoles: '' },
    });
    expect(events.find(({ event }) => event === 'invitation.accepted')).toMatchObject({ target: person.id });
    const text = JSON.stringify(events.map(({ detail, target }) => ({ detail, target })));
    for (const secret of [IVA.name, IVA.email, code]) expect(text).not.toContain(secret);
  });

  it('is refused for an address that is taken, and when the plan has no room', async () => {
    const staffed = await startStaffed();
    const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
    await invite(ada);
    await expect(invite(ada)).rejects.toMatchObject({
      code: 'CONFLICT',
      detail: { fields: [{ path: 'email', problem: 'is taken' }] },
    });
    const { seats } = await ada.call<PeoplePage>('people.list');
    const room = (seats.limit ?? 0) - seats.used;
    expect(room).toBeGreaterThan(0);
    for (let more = 0; more < room; more += 1) await invite(ada, { email: `p${more}@acme.example` });
    await expect(invite(ada, { email: 'one.more@acme.example' })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      detail: { reason: expect.stringContaining(String(seats.limit)) },
    });
  });
});

describe('the list of people', () => {
  async function peopled() {
    const staffed = await startStaffed();
    const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
    for (const name of ['Åsa Berg', 'Zoe', 'bo', '=2+5']) {
      await invite(ada, { name, email: `${name.length}.${name.at(-1)}@acme.example` });
    }
    await staffed.add('gil@acme.example', 'guest');
    return { ...staffed, ada };
  }
  const names = ({ people }: PeoplePage) => people.map(({ name }) => name);

  it('is searched, filtered and sorted as people read names', async () => {
    const { ada } = await peopled();
    const all = await ada.call<PeoplePage>('people.list');
    expect(names(all)).toEqual(['=2+5', 'Ada Admin', 'ada.b', 'Åsa Berg', 'bo', 'gil', 'Zoe']);
    expect(all).toMatchObject({ total: 7, next: null, seats: { used: 7 } });
    expect(names(await ada.call('people.list', { search: 'ÅSA' }))).toEqual(['Åsa Berg']);
    expect(names(await ada.call('people.list', { role: 'guest' }))).toEqual(['gil']);
    expect(names(await ada.call('people.list', { state: 'invited', direction: 'descending' }))).toEqual([
      'Zoe',
      'bo',
      'Åsa Berg',
      '=2+5',
    ]);
    expect(names(await ada.call('people.list', { origin: 'directory' }))).toEqual([]);
    const bySignIn = await ada.call<PeoplePage>('people.list', { sort: 'sign-in', direction: 'descending' });
    expect(names(bySignIn).slice(0, 2)).toEqual(['gil', 'ada.b']);
  });

  it('is read page by page, each person once', async () => {
    const { ada } = await peopled();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page: PeoplePage = await ada.call('people.list', { limit: 3, sort: 'email', cursor });
      seen.push(...page.people.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
    await expect(ada.call('people.list', { cursor: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('does not hold the accounts of programs', async () => {
    const { ada } = await peopled();
    const { id } = await ada.call<{ id: string }>('apiKeys.addService', { name: 'Robot', role: 'guest' });
    expect(names(await ada.call('people.list', { search: 'robot' }))).toEqual([]);
    await expect(ada.call('people.reissue', { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('goes into a file that a spreadsheet does not calculate', async () => {
    const { ada } = await peopled();
    const stream = await ada.call<AsyncIterable<{ text: string; records: number }>>('people.exportList', {
      format: 'csv',
      state: 'invited',
    });
    let text = '';
    let records = 0;
    for await (const piece of stream) {
      text += piece.text;
      records = piece.records;
    }
    expect(records).toBe(4);
    expect(text.split('\r\n')[0]).toContain('id,name,email,role');
    expect(text).toContain(",'=2+5,");
    const exported = (await eventsOf(ada)).find(({ event }) => event === 'people.exported');
    expect(exported?.detail).toEqual({ format: 'csv', filter: 'state' });
  });
});

describe('who manages people without being an administrator', () => {
  it('invites to no more than they hold, and gives no custom role', async () => {
    const staffed = await startStaffed();
    const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
    const hal = await staffed.add('hal@acme.example', 'user');
    const desk = await ada.call<{ id: string }>('access.createRole', {
      name: 'Desk',
      permissions: ['users.manage'],
    });
    await ada.call('access.assign', { id: hal.id, role: 'user', customRoles: [desk.id] });
    await invite(hal);
    const refusals = [
      { role: 'tenant-admin', email: 'a@acme.example' },
      { role: 'user', email: 'b@acme.example', customRoles: [desk.id] },
    ].map((wishes) =>
      invite(hal, wishes).catch((problem: unknown) => (isConsoleError(problem) ? problem.code : problem)),
    );
    expect(await Promise.all(refusals)).toEqual(['NOT_ALLOWED', 'NOT_ALLOWED']);
  });
});
