import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LifecycleProgress } from '../../src/contract';
import type { EnginePorts } from '../../src/engine/ports';
import { startTestEngine } from '../support/engine';
import { problemOf } from '../support/engine/calls';
import { at, openTestWindow, type TestClient } from '../support/engine/client';
import { TestClock } from '../support/engine/testClock';
import { createOperator, createTenant, signInAdministrator } from '../support/engine/world';
import { temporaryFolder } from '../support/temporaryFolder';

const DAY_MS = 24 * 3_600_000;

async function start(overrides: Partial<EnginePorts> = {}) {
  const folder = join(await temporaryFolder());
  const test = startTestEngine(folder, overrides);
  onTestFinished(() => test.engine.close());
  const { client } = openTestWindow(test.engine);
  await createOperator(client);
  const id = await createTenant(client);
  return { ...test, folder, client, id };
}

async function lastOf(client: TestClient, id: string): Promise<LifecycleProgress> {
  let last: LifecycleProgress | undefined;
  for await (const progress of await client.installation.tenants.progress({ id })) last = progress;
  if (!last) throw new Error('there was no progress');
  return last;
}

describe('the rotation of a tenant’s database key', () => {
  it('goes on beside queries, tells its steps and the pause, and is in both audit chains', async () => {
    const { client, engine, id, keystore } = await start();
    const member = openTestWindow(engine).client;
    await signInAdministrator(member);
    const before = (await client.installation.keys.tenants({})).tenants[0];
    const oldKey = Buffer.from(keystore.keys.get(`tenant:${id}`) ?? []).toString('hex');

    await client.installation.keys.rotate({ id });
    expect(await problemOf(client.installation.keys.rotate({ id }))).toMatchObject({ code: 'CONFLICT' });
    const suspending = client.installation.tenants.suspend({ id, reason: 'now' });
    expect(await problemOf(suspending)).toMatchObject({ code: 'TENANT_NOT_READY' });
    const asking = member.tenant.configuration.read({}, at(id));
    const progress = await lastOf(client, id);
    await asking;

    expect(progress).toMatchObject({ operation: 'rotate-key', outcome: 'done', problem: null });
    expect(progress.steps.map(({ state }) => state)).toEqual(progress.steps.map(() => 'done'));
    expect(progress.pauseMs).toBeGreaterThan(0);
    const after = (await client.installation.keys.tenants({})).tenants[0];
    expect(after?.fingerprint).not.toBe(before?.fingerprint);
    expect(Buffer.from(keystore.keys.get(`tenant:${id}`) ?? []).toString('hex')).not.toBe(oldKey);
    await member.tenant.configuration.read({}, at(id));
    const { events } = await member.tenant.audit.events({}, at(id));
    const own = events.filter(({ event }) => event === 'tenant-key.rotated').map(({ outcome }) => outcome);
    expect(own).toEqual(['done', 'intent']);
  });

  it('can be cancelled before the switch: the key stays and nothing is left', async () => {
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const { client, id, keystore } = await start({
      reach: async (point) => {
        if (point !== 'rotate.copy.ran') return;
        reached.resolve();
        await go.promise;
      },
    });
    const before = Uint8Array.from(keystore.keys.get(`tenant:${id}`) ?? []);
    await client.installation.keys.rotate({ id });
    await reached.promise;
    const cancelling = client.installation.keys.cancelRotation({ id });
    go.resolve();
    await cancelling;
    expect(await lastOf(client, id)).toMatchObject({ outcome: 'cancelled' });
    expect(keystore.keys.get(`tenant:${id}`)).toEqual(before);
    expect([...keystore.keys.keys()]).not.toContain(`tenant-next:${id}`);
    expect(await problemOf(client.installation.keys.cancelRotation({ id }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    await client.installation.keys.rotate({ id });
    expect(await lastOf(client, id)).toMatchObject({ outcome: 'done' });
  });

  it('is due by the policy and then made by itself, unless the policy says otherwise', async () => {
    const clock = new TestClock();
    const { client, id } = await start({ clock });
    const stateNow = async () => (await client.installation.keys.tenants({})).tenants[0];
    const first = await stateNow();
    expect(first).toMatchObject({ due: false, dueAt: (first?.createdAt ?? 0) + 90 * DAY_MS });
    await client.installation.keys.setPolicy({ rotationDays: 1, automatic: false });
    clock.pass(DAY_MS);
    await openTestWindowAgain(client);
    expect(await stateNow()).toMatchObject({ due: true, fingerprint: first?.fingerprint });
    await client.installation.keys.setPolicy({ rotationDays: 1, automatic: true });
    clock.pass(3_600_000);
    await expect.poll(async () => (await stateNow())?.rotating).toBe(false);
    await expect.poll(async () => (await stateNow())?.due).toBe(false);
    expect((await stateNow())?.fingerprint).not.toBe(first?.fingerprint);
    expect((await lastOf(client, id)).outcome).toBe('done');
  });
});

/** The session of the operator ended with the day that passed. */
async function openTestWindowAgain(client: TestClient): Promise<void> {
  const { OPERATOR } = await import('../support/engine/world');
  await client.installation.operators.signIn({ email: OPERATOR.email, password: OPERATOR.password });
}
