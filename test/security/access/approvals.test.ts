import { describe, expect, it } from 'vitest';
import { createBetterSqlite3Driver } from '../../../src/adapters/betterSqlite3';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import type { ApprovalRequest } from '../../../src/contract';
import { tenantFile } from '../../support/engine/soundness';
import { startStaffed } from '../../support/engine/staffed';
import { TestClock } from '../../support/engine/testClock';

const HOUR = 3_600_000;

async function start() {
  const clock = new TestClock();
  const staffed = await startStaffed({ clock });
  const ada = await staffed.add('ada.b@acme.example', 'tenant-admin');
  const bob = await staffed.add('bob@acme.example', 'tenant-admin');
  const acts = ['tenant-delete', 'decrypted-export', 'break-glass'];
  await ada.call('approvals.setPolicy', { acts, hours: 24 });
  const { operator, acme } = staffed;
  const begin = () => operator.call('breakGlass.begin', { reason: 'a support case', minutes: 30 }, acme);
  const ask = (act = 'break-glass') =>
    operator.call<ApprovalRequest>('approvals.request', { act, reason: 'a support case' }, acme);
  return { ...staffed, clock, ada, bob, begin, ask };
}

describe('somebody who wants to do alone what takes two', () => {
  it('does not agree with themselves, neither through the console nor in the table', async () => {
    const { ada, acme, test } = await start();
    const own = await ada.call<ApprovalRequest>('approvals.request', {
      act: 'decrypted-export',
      reason: 'for me',
    });
    expect(own.mine).toBe(false);
    await expect(ada.call('approvals.decide', { id: own.id, approve: true })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
    const key = test.keystore.keys.get(`tenant:${acme}`) ?? null;
    const database = await createSqlcipherDriver().open(tenantFile(test.ports.files.absolute(''), acme), key);
    await expect(
      database.commit([
        {
          sql: "UPDATE approvals SET state = 'approved', decided_by = requested_by WHERE id = ?",
          params: [own.id],
        },
      ]),
    ).rejects.toMatchObject({ problem: 'constraint' });
    await database.close();
  });

  it('uses a word once, also when it is tried in the same moment', async () => {
    const { ada, begin, ask } = await start();
    await ada.call('approvals.decide', { id: (await ask()).id, approve: true });
    const outcomes = await Promise.all(
      [begin(), begin(), begin()].map((each) =>
        each.then(
          () => 'done',
          (problem: { code: string }) => problem.code,
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    await expect(begin()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
  });

  it('uses no word given to somebody else, or to another act', async () => {
    const { ada, bob, begin, ask } = await start();
    const other = await ask('tenant-delete');
    await ada.call('approvals.decide', { id: other.id, approve: true });
    await expect(begin()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    await expect(bob.call('approvals.request', { act: 'break-glass', reason: 'x' })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });

  it('comes too late with a word that is over, also with a clock that was turned back', async () => {
    const { ada, clock, begin, ask, signIn, operator } = await start();
    const { id } = await ask();
    await ada.call('approvals.decide', { id, approve: true });
    const asked = clock.now();
    clock.pass(25 * HOUR);
    const again = await signIn(ada);
    const [seen] = await again.call<ApprovalRequest[]>('approvals.list');
    expect(seen).toMatchObject({ id, state: 'expired' });
    await operator.installation('operators.signIn', {
      email: 'olga@site.example',
      password: 'correct horse battery 1',
    });
    await expect(begin()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    clock.set(asked - HOUR);
    await operator.installation('operators.signIn', {
      email: 'olga@site.example',
      password: 'correct horse battery 1',
    });
    await expect(begin()).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
  });

  it('does not lift the policy first', async () => {
    const { ada, bob } = await start();
    for (const looser of [
      { acts: [], hours: 24 },
      { acts: ['tenant-delete', 'break-glass'], hours: 24 },
      { acts: ['tenant-delete', 'decrypted-export', 'break-glass'], hours: 168 },
    ]) {
      await expect(ada.call('approvals.setPolicy', looser)).rejects.toMatchObject({
        code: 'APPROVAL_REQUIRED',
      });
    }
    const { id } = await ada.call<ApprovalRequest>('approvals.request', {
      act: 'approval-policy',
      reason: 'We are too few.',
    });
    await bob.call('approvals.decide', { id, approve: true });
    await ada.call('approvals.setPolicy', { acts: [], hours: 24 });
  });

  it('deletes no tenant by shutting it first', async () => {
    const { operator, acme } = await start();
    await operator.installation('tenants.suspend', { id: acme, reason: 'a trick' });
    await expect(
      operator.installation('tenants.delete', { id: acme, confirmName: 'Acme Corporation' }),
    ).rejects.toMatchObject({
      code: 'APPROVAL_REQUIRED',
      detail: { reason: expect.stringContaining('shut') },
    });
  });

  it('is noticed when the copy of the demands in the catalogue is edited', async () => {
    const { test, acme } = await start();
    const database = await createBetterSqlite3Driver().open(test.ports.files.absolute('catalog.db'), null);
    await database.commit([
      { sql: "UPDATE settings SET value = '[]' WHERE name = ?", params: [`demands:${acme}`], expect: 1 },
    ]);
    await database.close();
    await test.engine.close();
    const { startTestEngine } = await import('../../support/engine');
    const again = startTestEngine(test.ports.files.absolute(''), { keystore: test.keystore });
    const status = await again.engine.call({
      scope: 'installation',
      tenant: null,
      name: 'status.read',
      input: {},
      credential: null,
      source: 'window:1',
      signal: new AbortController().signal,
      bytes: 0,
    });
    expect(status.output).toMatchObject({ problems: [{ code: 'INSTALLATION_TAMPERED' }] });
    await again.engine.close();
  });
});
