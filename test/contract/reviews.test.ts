import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type {
  AccessReview,
  AccessReviewStatement,
  AccountAccess,
  AuditEventView,
  CustomRole,
  IssuedInvitation,
  KeptReviewPolicy,
  NewApiKey,
  ReviewRow,
  ServiceAccount,
  SignedStatement,
} from '../../src/contract';
import { createCaller } from '../support/engine/calls';
import { giveToDirectory } from '../support/engine/directoryPerson';
import { folderUntil } from '../support/engine/folders';
import { type Person, startStaffed } from '../support/engine/staffed';
import { TestClock } from '../support/engine/testClock';
import { ADMINISTRATOR } from '../support/engine/world';

const DAY = 86_400_000;
const KEEP = { kind: 'keep' };

interface Rows {
  rows: ReviewRow[];
  total: number;
  joinedSince: number;
  next: string | null;
}

async function rowsOf(person: Person, id: string, more: object = {}): Promise<Rows> {
  return person.call<Rows>('reviews.rows', { id, limit: 200, ...more });
}

async function accountOf(person: Person, email: string): Promise<AccountAccess> {
  const found = (await person.call<AccountAccess[]>('access.people')).find((each) => each.email === email);
  if (!found) throw new Error(`there is no ${email}`);
  return found;
}

const decide = (person: Person, id: string, accounts: string[], decision: object = KEEP, note = '') =>
  person.call<AccessReview>('reviews.decide', { id, accounts, decision, note });

/** Everything that can be kept is kept, by two who decide about each other. */
async function keepAll(review: string, one: Person, other: Person): Promise<AccessReview> {
  const { rows } = await rowsOf(one, review);
  const open = rows.filter(({ decision, changedSince }) => !decision && !changedSince.includes('removed'));
  const others = open.map(({ account }) => account.id).filter((id) => id !== one.id);
  if (others.length > 0) await decide(one, review, others);
  if (open.some(({ account }) => account.id === one.id)) await decide(other, review, [one.id]);
  const after = (await one.call<AccessReview[]>('reviews.list')).find(({ id }) => id === review);
  if (!after) throw new Error('the review is not listed');
  return after;
}

const sign = (person: Person, { id, revision }: AccessReview) =>
  person.call<AccessReview>('reviews.sign', { id, revision });

async function statementOf(person: Person, id: string) {
  const signed = await person.call<SignedStatement>('reviews.statement', { id });
  if (signed.statement.kind !== 'access-review') throw new Error('it is the record of a review');
  return { signed, statement: signed.statement };
}

async function withTwo() {
  const staffed = await startStaffed();
  const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
  const bob = await staffed.add('bob@acme.example', 'tenant-admin');
  return { ...staffed, ada, bob };
}

describe('an access review', () => {
  it('writes down what everybody has, is decided line by line, takes effect and is signed', async () => {
    const { ada, bob, add, operator, acme } = await withTwo();
    const uma = await add('uma@acme.example', 'user');
    const gus = await add('gus@acme.example', 'user');
    const librarian = await ada.call<CustomRole>('access.createRole', {
      name: 'Librarian',
      permissions: ['knowledge.manage'],
    });
    await ada.call('access.assign', { id: uma.id, role: 'user', customRoles: [librarian.id] });
    const service = await ada.call<ServiceAccount>('apiKeys.addService', { name: 'Nightly', role: 'user' });
    await ada.call<NewApiKey>('apiKeys.createForService', {
      serviceId: service.id,
      name: 'Report',
      scopes: ['ai.query'],
      expiresInDays: 30,
    });

    const review = await ada.call<AccessReview>('reviews.open');
    expect(review).toMatchObject({ state: 'open', accounts: 6, decided: 0, overdue: false });
    const { rows } = await rowsOf(ada, review.id);
    const line = (id: string) => rows.find(({ account }) => account.id === id)?.account;
    expect(line(uma.id)).toMatchObject({
      role: 'user',
      customRoles: [{ id: librarian.id, name: 'Librarian' }],
      permissions: expect.arrayContaining(['knowledge.manage']),
      signOn: null,
      lastSignInAt: expect.any(Number),
      secondFactor: false,
    });
    expect(line(service.id)).toMatchObject({
      kind: 'service',
      lastSignInAt: null,
      keys: [{ name: 'Report', scopes: ['ai.query'], lastUsedAt: null }],
    });

    const early = sign(ada, review);
    await expect(early).rejects.toMatchObject({
      code: 'CONFLICT',
      detail: { reason: '6 of 6 accounts are not decided yet.' },
    });
    await decide(ada, review.id, [uma.id], { kind: 'change', role: 'guest', customRoles: [] }, 'left claims');
    await decide(bob, review.id, [gus.id], { kind: 'disable' }, 'left the company');
    await expect(
      decide(ada, review.id, [service.id], { kind: 'disable' }),
      'without a word why',
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect((await accountOf(ada, gus.email)).state).toBe('active');
    const decided = await keepAll(review.id, ada, bob);
    expect(decided).toMatchObject({ decided: 6, changes: 2 });
    const { rows: changes } = await rowsOf(ada, review.id, { filter: 'changes' });
    expect(changes.map(({ account, decidedBy, note }) => [account.email, decidedBy, note])).toEqual([
      [gus.email, 'bob', 'left the company'],
      [uma.email, 'ada.b', 'left claims'],
    ]);

    expect(await sign(ada, decided)).toMatchObject({ state: 'signed', signedBy: 'ada.b', overdue: false });
    expect(await accountOf(ada, uma.email)).toMatchObject({ role: 'guest', customRoles: [] });
    expect(await accountOf(ada, gus.email)).toMatchObject({ state: 'disabled' });
    await expect(gus.call('identity.current')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });

    const { statement } = await statementOf(ada, review.id);
    expect(statement).toMatchObject({
      tenantId: acme,
      signedBy: `tenant-admin:${ada.id}`,
      reviewers: 3,
      joinedSince: 0,
      overdue: false,
    });
    const of = (id: string) => statement.accounts.find((each) => each.id === id);
    expect(of(uma.id)).toMatchObject({
      role: 'user',
      customRoles: ['Librarian'],
      decision: 'change',
      given: { role: 'guest', customRoles: [] },
      decidedByName: 'ada.b',
      note: 'left claims',
      decidedAlone: false,
    });
    expect(of(ada.id)).toMatchObject({ decision: 'keep', decidedByName: 'bob' });
    const { events } = await operator.call<{ events: AuditEventView[] }>(
      'audit.events',
      { limit: 100 },
      acme,
    );
    const left = events.map(({ event }) => event);
    expect(left).toEqual(
      expect.arrayContaining([
        'access-review.opened',
        'access-review.decided',
        'access-review.signed',
        'access.assigned',
        'person.disabled',
      ]),
    );
    await expect(decide(ada, review.id, [uma.id])).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is verified with the public key alone, and an edited one is not', async () => {
    const { ada, bob, operator } = await withTwo();
    const review = await ada.call<AccessReview>('reviews.open');
    await sign(ada, await keepAll(review.id, ada, bob));
    const { signed } = await statementOf(ada, review.id);
    const keys = await operator.installation<{ statementKeys: { publicKey: string }[] }>('keys.tenants');
    const publicKey = keys.statementKeys[0]?.publicKey ?? '';
    const folder = await folderUntil(onTestFinished);
    const verify = async (record: unknown) => {
      const file = join(folder, 'review.json');
      await writeFile(file, JSON.stringify(record));
      const args = ['--import', 'tsx', 'src/cli/riscura.ts', 'verify', file, '--public-key', publicKey];
      const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
      return { code: run.status, said: run.stdout + run.stderr };
    };
    expect(await verify(signed)).toMatchObject({
      code: 0,
      said: expect.stringContaining('3 keep, 0 changed, 0 disabled'),
    });
    const statement = signed.statement as AccessReviewStatement;
    const edited = { ...signed, statement: { ...statement, overdue: true } };
    expect((await verify(edited)).code).toBe(1);
    const fewer = { ...signed, statement: { ...statement, accounts: statement.accounts.slice(1) } };
    expect((await verify(fewer)).code).toBe(1);
  });

  it('lets nobody decide about themselves while somebody else could', async () => {
    const { ada, bob } = await withTwo();
    const { id } = await ada.call<AccessReview>('reviews.open');
    await expect(decide(ada, id, [ada.id])).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      detail: { reason: 'Somebody else decides about you.' },
    });
    const { rows } = await rowsOf(ada, id);
    expect(rows.filter(({ locked }) => locked !== null).map(({ account }) => account.id)).toEqual([ada.id]);
    expect((await decide(bob, id, [ada.id])).decided).toBe(1);
  });

  it('says in the record that the only administrator reviewed themselves, and lets them only keep', async () => {
    const { ada, bob } = await withTwo();
    const first = await accountOf(ada, ADMINISTRATOR.email);
    for (const id of [first.id, bob.id])
      await ada.call('access.assign', { id, role: 'user', customRoles: [] });
    const review = await ada.call<AccessReview>('reviews.open');
    await expect(decide(ada, review.id, [ada.id], { kind: 'disable' }, 'me')).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
    const { rows } = await rowsOf(ada, review.id);
    const decided = await decide(
      ada,
      review.id,
      rows.map(({ account }) => account.id),
    );
    await sign(ada, decided);
    const { statement } = await statementOf(ada, review.id);
    expect(statement.reviewers).toBe(1);
    expect(statement.accounts.filter(({ decidedAlone }) => decidedAlone).map(({ id }) => id)).toEqual([
      ada.id,
    ]);
  });

  it('does not count a word about oneself once somebody else could give it', async () => {
    const { ada, bob } = await withTwo();
    const first = await accountOf(ada, ADMINISTRATOR.email);
    for (const id of [first.id, bob.id])
      await ada.call('access.assign', { id, role: 'user', customRoles: [] });
    const review = await ada.call<AccessReview>('reviews.open');
    const others = (await rowsOf(ada, review.id)).rows.map(({ account }) => account.id);
    await decide(ada, review.id, others);
    await ada.call('access.assign', { id: bob.id, role: 'tenant-admin', customRoles: [] });
    const decided = await decide(ada, review.id, [bob.id]);
    await expect(sign(ada, decided)).rejects.toMatchObject({
      code: 'CONFLICT',
      detail: { reason: expect.stringContaining('decided about themselves') },
    });
  });

  it('marks who was changed since, and is not signed over a change that nobody decided about', async () => {
    const { ada, bob, add } = await withTwo();
    const uma = await add('uma@acme.example', 'user');
    const review = await ada.call<AccessReview>('reviews.open');
    const decided = await keepAll(review.id, ada, bob);
    await bob.call('access.assign', { id: uma.id, role: 'guest', customRoles: [] });
    await add('late@acme.example', 'user');
    const marked = await rowsOf(ada, review.id, { filter: 'changed-since' });
    expect(marked.rows.map(({ account, changedSince }) => [account.id, changedSince])).toEqual([
      [uma.id, ['role']],
    ]);
    expect(marked.joinedSince).toBe(1);
    await expect(sign(ada, decided)).rejects.toMatchObject({
      code: 'CONFLICT',
      detail: { reason: expect.stringContaining('changed after it was decided') },
    });
    const again = await decide(ada, review.id, [uma.id]);
    await sign(ada, again);
    const { statement } = await statementOf(ada, review.id);
    expect(statement.accounts.find(({ id }) => id === uma.id)).toMatchObject({
      role: 'user',
      changedSince: ['role'],
      decision: 'keep',
    });
    expect(statement.joinedSince).toBe(1);
  });

  it('changes no role that a directory gives, and takes the code of who is disabled', async () => {
    const { ada, bob, add, test, acme } = await withTwo();
    const dora = await add('dora@acme.example', 'user');
    await giveToDirectory(test, acme, { id: dora.id });
    const wishes = { name: 'Ivo', email: 'ivo@acme.example', role: 'user', customRoles: [] };
    const { person, code } = await ada.call<IssuedInvitation>('people.invite', wishes);
    const review = await ada.call<AccessReview>('reviews.open');
    const { rows } = await rowsOf(ada, review.id, { search: 'DORA' });
    expect(rows.map(({ account }) => account.signOn)).toEqual(['Acme Directory']);
    const demotion = { kind: 'change', role: 'guest', customRoles: [] };
    await expect(decide(ada, review.id, [dora.id], demotion, 'x')).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      detail: { reason: expect.stringContaining('Acme Directory') },
    });
    await decide(ada, review.id, [person.id], { kind: 'disable' }, 'never came');
    await sign(ada, await keepAll(review.id, ada, bob));
    const window = createCaller(test.engine, 'window:ivo');
    const input = { email: wishes.email, code, password: 'seven stones roll by' };
    await expect(
      window.call('tenant', 'people.acceptInvitation', input, { tenant: acme }),
    ).rejects.toMatchObject({ code: 'INVITATION_REFUSED' });
    const [signed] = await ada.call<AccessReview[]>('reviews.list');
    expect(signed).toMatchObject({ accounts: 5, decided: 5, changes: 1 });
  });

  it('is signed only as it was seen', async () => {
    const { ada, bob } = await withTwo();
    const review = await ada.call<AccessReview>('reviews.open');
    const seen = await keepAll(review.id, ada, bob);
    const first = await accountOf(ada, ADMINISTRATOR.email);
    await decide(bob, review.id, [first.id], { kind: 'disable' }, 'left');
    await expect(sign(ada, seen)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('gives and takes no more than its deciders and its signer hold, and leaves an administrator', async () => {
    const { ada, bob, add } = await withTwo();
    const kim = await add('kim@acme.example', 'guest');
    const keeper = await ada.call<CustomRole>('access.createRole', {
      name: 'Keeper',
      permissions: ['access.manage', 'access.view'],
    });
    await ada.call('access.assign', { id: kim.id, role: 'guest', customRoles: [keeper.id] });
    const review = await ada.call<AccessReview>('reviews.open');
    const wide = { kind: 'change', role: 'tenant-admin', customRoles: [] };
    await expect(decide(kim, review.id, [bob.id], { kind: 'disable' }, 'x')).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
    await expect(decide(kim, review.id, [kim.id], wide, 'x')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    const first = await accountOf(ada, ADMINISTRATOR.email);
    await decide(ada, review.id, [first.id], { kind: 'disable' }, 'left');
    const withChange = await keepAll(review.id, ada, bob);
    await expect(sign(kim, withChange), 'signed by one who does not hold it').rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
    await decide(bob, review.id, [ada.id], { kind: 'disable' }, 'left');
    const none = await decide(ada, review.id, [bob.id], { kind: 'disable' }, 'left');
    await expect(sign(ada, none)).rejects.toMatchObject({
      code: 'CONFLICT',
      detail: { reason: expect.stringContaining('Nobody would be left') },
    });
    expect(await accountOf(ada, first.email)).toMatchObject({ state: 'active' });
  });

  it('demands a fresh proof before the signature, and is one at a time', async () => {
    const clock = new TestClock();
    const { add } = await startStaffed({ clock });
    const ada = await add('ada.b@acme.example', 'tenant-admin');
    const review = await ada.call<AccessReview>('reviews.open');
    await expect(ada.call('reviews.open')).rejects.toMatchObject({
      code: 'CONFLICT',
      detail: { reason: expect.stringContaining('open already') },
    });
    clock.pass(6 * 60_000);
    await expect(sign(ada, review)).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
  });
});

describe('the quarter', () => {
  it('opens a review when it is over, by the wall clock, and says when one is overdue', async () => {
    const clock = new TestClock();
    const { add, signIn } = await startStaffed({ clock });
    const member = await add('ada.b@acme.example', 'tenant-admin');
    const begun = clock.now();
    expect(await member.call<KeptReviewPolicy>('reviews.policy')).toMatchObject({
      intervalDays: 90,
      dueDays: 14,
      revision: 0,
    });
    clock.pass(89 * DAY);
    const ada = await signIn(member);
    expect(await ada.call('reviews.list')).toEqual([]);
    clock.set(begun - DAY);
    clock.pass(2 * 3_600_000);
    clock.set(begun + 90 * DAY + 60_000);
    clock.pass(3_600_000);
    const again = await signIn(member);
    const opened = await waitFor(
      () => again.call<AccessReview[]>('reviews.list'),
      (list) => list.length > 0,
    );
    expect(opened).toMatchObject([{ openedBy: null, state: 'open', overdue: false, accounts: 2 }]);
    expect((await again.call<KeptReviewPolicy>('reviews.policy')).nextAt).toBeNull();
    clock.pass(14 * DAY + 1);
    const late = await signIn(member);
    expect(await late.call('reviews.list')).toMatchObject([{ overdue: true }]);
  });

  it('is as long as the policy says, and what the policy makes due is opened', async () => {
    const clock = new TestClock();
    const { add, signIn } = await startStaffed({ clock });
    const member = await add('ada.b@acme.example', 'tenant-admin');
    clock.pass(31 * DAY);
    const ada = await signIn(member);
    const wishes = { intervalDays: 30, dueDays: 7, revision: 0 };
    expect(await ada.call('reviews.setPolicy', wishes)).toMatchObject({ revision: 1, nextAt: null });
    expect(await ada.call('reviews.list')).toMatchObject([{ openedBy: null, dueAt: clock.now() + 7 * DAY }]);
    await expect(ada.call('reviews.setPolicy', wishes)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

async function waitFor<Value>(read: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  for (let tries = 0; tries < 200; tries += 1) {
    const value = await read();
    if (holds(value)) return value;
  }
  throw new Error('it did not come');
}
