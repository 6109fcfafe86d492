import { statSync } from 'node:fs';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestEngine } from '../../support/engine';
import { at, openTestWindow, type TestClient } from '../../support/engine/client';
import {
  ADMINISTRATOR,
  createOperator,
  createTenant,
  OPERATOR,
  signInAdministrator,
} from '../../support/engine/world';
import { smallVolume, whyNoVolume } from '../stores/smallVolume';

const MIB = 1024 * 1024;
const RESERVE = 8 * MIB;
const LONG = { timeout: 15_000 };

const obstacle = whyNoVolume();

async function fill(folder: string): Promise<void> {
  for (let size = MIB; size >= 4_096; ) {
    try {
      await appendFile(join(folder, 'ballast'), Buffer.alloc(size));
    } catch {
      // It did not fit: what is left is filled with smaller pieces.
      size /= 2;
    }
  }
}

async function start(megabytes: number) {
  const { folder } = await smallVolume(megabytes);
  const reserve = () => statSync(join(folder, 'reserve'), { throwIfNoEntry: false })?.blocks;
  const engine = () => {
    const test = startTestEngine(folder, { reserveBytes: RESERVE });
    onTestFinished(() => test.engine.close());
    return test;
  };
  return { folder, reserve, engine };
}

/** Writes until the volume takes no more. */
async function writeUntilRefused(member: TestClient, id: string): Promise<void> {
  const until = Date.now() + LONG.timeout;
  while (Date.now() < until) {
    try {
      for await (const _ of await member.tenant.assistant.ask({ content: 'x'.repeat(4_000) }, at(id)));
    } catch (problem) {
      expect(problem).toMatchObject({ code: 'READ_ONLY' });
      return;
    }
  }
  throw new Error('the volume never ran full');
}

describe.skipIf(obstacle)('the reserve of the data folder', { timeout: 60_000 }, () => {
  it('lets a full volume be freed and what leaves it be recorded, and is made again', async () => {
    const { folder, reserve, engine } = await start(48);
    const first = engine();
    const { client } = openTestWindow(first.engine);
    await createOperator(client);
    const id = await createTenant(client);
    const { client: member } = openTestWindow(first.engine);
    await signInAdministrator(member);
    for await (const _ of await member.tenant.assistant.ask({ content: 'Before it is full' }, at(id)));
    await expect.poll(reserve, LONG).toBe(RESERVE / 512);

    await fill(folder);
    await writeUntilRefused(member, id);
    await expect.poll(reserve, LONG).toBe(0);
    const status = await client.installation.status.read({});
    expect(status.problems).toMatchObject([{ code: 'READ_ONLY', title: expect.stringContaining('reserve') }]);

    // What makes more waits, also after a restart; what is looked at, taken out or deleted does not.
    await first.engine.close();
    const second = startTestEngine(folder, { reserveBytes: RESERVE, keystore: first.keystore });
    onTestFinished(() => second.engine.close());
    const { client: operator } = openTestWindow(second.engine);
    await operator.installation.operators.signIn({ email: OPERATOR.email, password: OPERATOR.password });
    const { client: again } = openTestWindow(second.engine);
    const { email, password } = ADMINISTRATOR;
    await again.tenant.identity.signIn({ email, password }, at(id));
    await expect(again.tenant.assistant.ask({ content: 'More' }, at(id))).rejects.toMatchObject({
      code: 'READ_ONLY',
      data: { reason: expect.stringContaining('export') },
    });
    await expect(createTenant(operator, { domain: 'second.example' })).rejects.toMatchObject({
      code: 'READ_ONLY',
    });
    await again.tenant.audit.exportEvents({ format: 'csv' }, at(id));
    const { conversations } = await again.tenant.assistant.conversations({}, at(id));
    await again.tenant.assistant.remove({ id: conversations[0]?.id ?? '' }, at(id));
    const gone = await operator.installation.tenants.delete({ id, confirmName: 'Acme Corporation' });
    expect(gone.keyDestroyed).toBe(true);

    await rm(join(folder, 'ballast'));
    await expect.poll(reserve, LONG).toBe(RESERVE / 512);
    expect((await operator.installation.status.read({})).problems).toEqual([]);
    await createTenant(operator, { domain: 'second.example' });
    await second.engine.close();
    const catalog = await second.ports.catalogDriver.open(join(folder, 'catalog.db'), null);
    const events = await catalog.read(
      "SELECT event FROM audit_events WHERE event LIKE 'volume.%' OR event = 'tenant.deleted' ORDER BY sequence",
    );
    await catalog.close();
    expect(events.map(({ event }) => event)).toEqual([
      'volume.reserve-made',
      'volume.reserve-given-up',
      'tenant.deleted',
      'tenant.deleted',
      'volume.reserve-restored',
    ]);
  });

  it('is not made where there is too little room, and nothing waits for it', async () => {
    const { reserve, engine } = await start(14);
    const { client } = openTestWindow(engine().engine);
    await createOperator(client);
    await createTenant(client);
    expect(reserve()).toBeUndefined();
    expect((await client.installation.status.read({})).problems).toEqual([]);
  });
});
