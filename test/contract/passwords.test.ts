import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_IDENTITY_POLICY, type PasswordPolicy } from '../../src/contract';
import { startTestEngine } from '../support/engine';
import { problemOf } from '../support/engine/calls';
import { at, openTestWindow, type TestClient } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import { TestClock } from '../support/engine/testClock';
import { ADMINISTRATOR, createOperator, createTenant, newTenant, OPERATOR } from '../support/engine/world';

const DAY = 86_400_000;
const { email } = ADMINISTRATOR;
const GOOD = ['seven stones roll by 1', 'green kettle harvest 2', 'paper lantern brook 3'] as const;

async function start() {
  const clock = new TestClock();
  const test = startTestEngine(await folderUntil(onTestFinished), { clock });
  onTestFinished(() => test.engine.close());
  const { client: operator } = openTestWindow(test.engine);
  await createOperator(operator);
  const there = at(await createTenant(operator));
  const enter = async (password: string = ADMINISTRATOR.password) => {
    const { client } = openTestWindow(test.engine);
    const session = await client.tenant.identity.signIn({ email, password }, there);
    return { client, session };
  };
  async function setPasswordPolicy(client: TestClient, wishes: Partial<PasswordPolicy>) {
    const { revision } = await client.tenant.account.policy({}, there);
    const password = { ...DEFAULT_IDENTITY_POLICY.password, ...wishes };
    await client.tenant.account.setPolicy({ ...DEFAULT_IDENTITY_POLICY, password, revision }, there);
  }
  return { clock, test, operator, there, enter, setPasswordPolicy };
}

function problems(error: unknown): string[] {
  expect(error).toMatchObject({ code: 'WEAK_PASSWORD' });
  return (error as { data: { fields: { problem: string }[] } }).data.fields.map(({ problem }) => problem);
}

describe('a password', () => {
  it('is changed with the present one; other sessions end and this one goes on', async () => {
    const { there, enter } = await start();
    const { client } = await enter();
    const { client: elsewhere } = await enter();
    const wrong = client.tenant.account.changePassword({ current: 'guess', next: GOOD[0] }, there);
    expect(await problemOf(wrong)).toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await client.tenant.account.changePassword({ current: ADMINISTRATOR.password, next: GOOD[0] }, there);
    await client.tenant.users.list({}, there);
    expect(await problemOf(elsewhere.tenant.users.list({}, there))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect(await problemOf(enter())).toMatchObject({ code: 'WRONG_CREDENTIALS' });
    await enter(GOOD[0]);
  });

  it('of an operator is changed too, and the catalogue takes it for its own afterwards', async () => {
    const { test, operator } = await start();
    await operator.installation.account.changePassword({ current: OPERATOR.password, next: GOOD[0] });
    const { client } = openTestWindow(test.engine);
    await client.installation.operators.signIn({ email: OPERATOR.email, password: GOOD[0] });
    expect(await client.installation.operators.current({})).toMatchObject({ needs: null });
  });

  it('that everybody uses is refused wherever one is chosen', async () => {
    const { operator, there, enter } = await start();
    const { client } = await enter();
    const change = client.tenant.account.changePassword(
      { current: ADMINISTRATOR.password, next: 'Liverpool1892!' },
      there,
    );
    expect(problems(await problemOf(change)).join()).toContain('common passwords');
    const creation = operator.installation.tenants.create(
      newTenant({
        domain: 'weak.example',
        administrator: { ...ADMINISTRATOR, password: 'basketball2025' },
      }),
    );
    expect(problems(await problemOf(creation)).join()).toContain('common passwords');
  });

  it('obeys what the administrator of the tenant has set, and theirs alone', async () => {
    const { operator, there, enter, setPasswordPolicy } = await start();
    const { client } = await enter();
    await setPasswordPolicy(client, { minimumLength: 20, characterClasses: 4 });
    const rules = await client.tenant.account.passwordRules({}, there);
    expect(rules.map(({ text }) => text).join()).toContain('At least 20 characters');
    const change = client.tenant.account.changePassword(
      { current: ADMINISTRATOR.password, next: 'seven stones 1' },
      there,
    );
    expect(problems(await problemOf(change))).toHaveLength(2);
    const own = await operator.installation.account.passwordRules({});
    expect(own.map(({ text }) => text).join()).toContain('At least 12 characters');
  });

  it('is none of the last ones where the policy says so', async () => {
    const { clock, there, enter, setPasswordPolicy } = await start();
    const { client } = await enter();
    await setPasswordPolicy(client, { history: 3 });
    let current: string = ADMINISTRATOR.password;
    for (const next of GOOD) {
      clock.pass(1_000);
      await client.tenant.account.changePassword({ current, next }, there);
      current = next;
    }
    for (const next of GOOD) {
      const change = client.tenant.account.changePassword({ current, next }, there);
      expect(problems(await problemOf(change))).toEqual(['Is none of your last 3 passwords']);
    }
    await client.tenant.account.changePassword({ current, next: ADMINISTRATOR.password }, there);
  });

  it('that is older than the policy allows has to be changed before the sign-in counts', async () => {
    const { clock, there, enter, setPasswordPolicy } = await start();
    await setPasswordPolicy((await enter()).client, { maximumAgeDays: 90 });
    clock.pass(89 * DAY);
    expect((await enter()).session.needs).toBeNull();
    clock.pass(2 * DAY);
    const { client, session } = await enter();
    expect(session.needs).toBe('new-password');
    expect(await problemOf(client.tenant.users.list({}, there))).toMatchObject({
      code: 'SIGN_IN_INCOMPLETE',
    });
    await client.tenant.account.changePassword({ current: ADMINISTRATOR.password, next: GOOD[0] }, there);
    await client.tenant.users.list({}, there);
    expect((await enter(GOOD[0])).session.needs).toBeNull();
  });
});

describe('a policy', () => {
  it('is set by whoever saw the present one, and each sees that another was quicker', async () => {
    const { operator, there } = await start();
    const seen = await operator.tenant.account.policy({}, there);
    expect(seen.revision).toBe(0);
    const wishes = { ...seen, sessions: { idleMinutes: 5, absoluteMinutes: 60 } };
    const set = await operator.tenant.account.setPolicy(wishes, there);
    expect(set).toEqual({ ...wishes, revision: 1 });
    const late = operator.tenant.account.setPolicy(seen, there);
    expect(await problemOf(late)).toMatchObject({ code: 'CONFLICT' });
    const own = await operator.installation.account.policy({});
    expect(own).toEqual({ ...DEFAULT_IDENTITY_POLICY, revision: 0 });
    await operator.installation.account.setPolicy(own);
    expect(await problemOf(operator.installation.account.setPolicy(own))).toMatchObject({ code: 'CONFLICT' });
    expect((await operator.installation.account.policy({})).revision).toBe(1);
  });
});
