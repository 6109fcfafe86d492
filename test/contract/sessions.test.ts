import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_IDENTITY_POLICY } from '../../src/contract';
import { startTestEngine } from '../support/engine';
import { problemOf } from '../support/engine/calls';
import { at, openTestWindow } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import { inspectTenant } from '../support/engine/soundness';
import { TestClock } from '../support/engine/testClock';
import { ADMINISTRATOR, createOperator, createTenant } from '../support/engine/world';

const MINUTE = 60_000;
const { email, password } = ADMINISTRATOR;

async function start() {
  const clock = new TestClock();
  const folder = await folderUntil(onTestFinished);
  const test = startTestEngine(folder, { clock });
  onTestFinished(() => test.engine.close());
  const { client: operator } = openTestWindow(test.engine);
  await createOperator(operator);
  const acme = await createTenant(operator);
  const there = at(acme);
  const enter = async () => {
    const { client } = openTestWindow(test.engine);
    const session = await client.tenant.identity.signIn({ email, password }, there);
    return { client, session };
  };
  return { clock, folder, test, operator, acme, there, enter };
}

describe('sessions', () => {
  it('are listed with who, where and when, one’s own and, for administrators, everybody’s', async () => {
    const { clock, operator, there, enter } = await start();
    const { client } = await enter();
    clock.pass(MINUTE);
    await enter();
    const own = await client.tenant.account.sessions({}, there);
    expect(own.map(({ current }) => current)).toEqual([false, true]);
    expect(own[1]).toMatchObject({
      person: { name: ADMINISTRATOR.name, email },
      source: expect.stringMatching(/^window:/),
      lastUsedAt: clock.now(),
      complete: true,
    });
    const all = await operator.tenant.account.allSessions({}, there);
    expect(all.map(({ id }) => id)).toEqual(own.map(({ id }) => id));
    const foreign = await operator.installation.account.sessions({});
    expect(foreign).toHaveLength(1);
    expect(foreign[0]).toMatchObject({ role: 'operator', current: true });
  });

  it('are revoked with a reason that stays, and what they watch ends at once', async () => {
    const { folder, test, operator, acme, there, enter } = await start();
    const { client } = await enter();
    const watching = (await client.tenant.overview.watch({ period: '24h' }, there))[Symbol.asyncIterator]();
    await watching.next();
    const [session] = await operator.tenant.account.allSessions({}, there);
    const id = session?.id ?? '';
    const waiting = problemOf(watching.next());
    await operator.tenant.account.revokeSession({ id, reason: 'left the company' }, there);
    expect(await waiting).toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect(await problemOf(client.tenant.users.list({}, there))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    const again = operator.tenant.account.revokeSession({ id, reason: 'twice' }, there);
    expect(await problemOf(again)).toMatchObject({ code: 'NOT_FOUND' });
    await test.engine.close();
    await inspectTenant(folder, test.keystore, acme, async (database) => {
      const rows = await database.read('SELECT end_reason FROM sessions WHERE id = ?', [id]);
      expect(rows).toEqual([{ end_reason: 'left the company' }]);
    });
  });

  it('of others are not one’s own to end', async () => {
    const { operator, enter, there } = await start();
    const { client } = await enter();
    const [own] = await client.tenant.account.sessions({}, there);
    const byOperator = operator.installation.account.endSession({ id: own?.id ?? '' });
    expect(await problemOf(byOperator)).toMatchObject({ code: 'NOT_FOUND' });
    const { client: second } = await enter();
    await second.tenant.account.endSession({ id: own?.id ?? '' }, there);
    expect(await problemOf(client.tenant.users.list({}, there))).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('live as long as the tenant’s policy says, also those that have begun', async () => {
    const { clock, operator, there, enter } = await start();
    const { client } = await enter();
    const policy = await operator.tenant.account.policy({}, there);
    await operator.tenant.account.setPolicy(
      { ...policy, sessions: { idleMinutes: 5, absoluteMinutes: 30 } },
      there,
    );
    clock.pass(4 * MINUTE);
    await client.tenant.users.list({}, there);
    clock.pass(6 * MINUTE);
    expect(await problemOf(client.tenant.users.list({}, there))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    const { client: busy } = await enter();
    for (let passed = 0; passed < 28; passed += 4) {
      clock.pass(4 * MINUTE);
      await busy.tenant.users.list({}, there);
    }
    clock.pass(4 * MINUTE);
    expect(await problemOf(busy.tenant.users.list({}, there))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect(await operator.installation.operators.current({})).toMatchObject({
      idleMinutes: DEFAULT_IDENTITY_POLICY.sessions.idleMinutes,
    });
  });

  it('do not get their idle time anew by a restart', async () => {
    const { clock, folder, test, there } = await start();
    const { client, kept } = openTestWindow(test.engine);
    await client.tenant.identity.signIn({ email, password }, there);
    clock.pass(50 * MINUTE);
    await client.tenant.users.list({}, there);
    await test.engine.close();
    clock.pass(50 * MINUTE);
    const after = startTestEngine(folder, { clock, keystore: test.keystore });
    onTestFinished(() => after.engine.close());
    const { client: again } = openTestWindow(after.engine, kept.credential);
    await again.tenant.users.list({}, there);
    await after.engine.close();
    clock.pass(61 * MINUTE);
    const last = startTestEngine(folder, { clock, keystore: test.keystore });
    onTestFinished(() => last.engine.close());
    const { client: late } = openTestWindow(last.engine, kept.credential);
    expect(await problemOf(late.tenant.users.list({}, there))).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });
});
