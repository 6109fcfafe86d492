import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { creationSteps, deletionSteps } from '../../../src/engine/control/tenants';
import { startTestEngine } from '../../support/engine';
import { openTestWindow } from '../../support/engine/client';
import { FileKeystore } from '../../support/engine/fileKeystore';
import { folderUntil } from '../../support/engine/folders';
import { runAndKillAfter, runUntilKilled } from '../../support/engine/killed';
import { inspectCatalog, inspectTenant, tenantFolders } from '../../support/engine/soundness';
import { createOperator, createTenant, OPERATOR, signInAdministrator } from '../../support/engine/world';
import { seeded } from '../../support/gallery/random';

type Lists = { create: readonly { name: string }[]; remove: readonly { name: string }[] };

/** The points out of the very lists that the engine walks. */
function listPoints(): { create: string[]; remove: string[] } {
  const nothing = {} as never;
  const lists: Lists = {
    create: creationSteps({ context: nothing }),
    remove: deletionSteps({ context: nothing, pool: nothing }),
  };
  const points = (operation: string, steps: Lists['create']) =>
    steps.flatMap(({ name }) => [`${operation}.${name}.ran`, `${operation}.${name}.recorded`]);
  return {
    create: ['create.recorded', ...points('create', lists.create), 'create.activated'],
    remove: ['delete.recorded', ...points('delete', lists.remove), 'delete.dropped'],
  };
}

const { create, remove } = listPoints();

const MOMENTS = 5;
const random = seeded(20_261_124);

describe('a kill of the engine', () => {
  let origin: string;
  let removeOrigin: () => Promise<void>;
  let bystander: string;

  beforeAll(async () => {
    origin = await folderUntil((remove) => {
      removeOrigin = remove;
    });
    const { engine } = startTestEngine(join(origin, 'data'), { keystore: await keystoreIn(origin) });
    const { client } = openTestWindow(engine);
    await createOperator(client);
    bystander = await createTenant(client);
    await engine.close();
  });

  afterAll(() => removeOrigin());

  async function keystoreIn(place: string): Promise<FileKeystore> {
    await mkdir(join(place, 'data'), { recursive: true });
    return new FileKeystore(join(place, 'data'));
  }

  async function copyOfOrigin(onEnd: Parameters<typeof folderUntil>[0]): Promise<string> {
    const place = await folderUntil(onEnd);
    await cp(origin, place, { recursive: true });
    return place;
  }

  /** Starts on what the kill left and looks whether all of it holds together. */
  async function restart(place: string) {
    const folder = join(place, 'data');
    const keystore = await keystoreIn(place);
    const { engine, log } = startTestEngine(folder, { keystore });
    const { client } = openTestWindow(engine);
    await client.installation.operators.signIn({ email: OPERATOR.email, password: OPERATOR.password });
    const { tenants } = await client.installation.tenants.list({});
    return { folder, keystore, engine, client, tenants, log };
  }

  async function requireSound(folder: string, keystore: FileKeystore, ids: readonly string[]): Promise<void> {
    const catalog = await inspectCatalog(folder, (database) =>
      database.read("SELECT id FROM journal WHERE outcome = 'running'"),
    );
    expect(catalog).toMatchObject({ sound: true, seen: [] });
    expect((await tenantFolders(folder)).sort()).toEqual([...ids].sort());
    expect([...keystore.keys.keys()].sort()).toEqual(
      ['installation', ...ids.map((id) => `tenant:${id}`)].sort(),
    );
    for (const id of ids) {
      const tenant = await inspectTenant(folder, keystore, id, async () => null);
      expect(tenant.sound).toBe(true);
      expect(tenant.events).toBeGreaterThan(0);
    }
  }

  it('is tried at every point of both lists', () => {
    expect(create.length).toBeGreaterThanOrEqual(10);
    expect(remove.length).toBeGreaterThanOrEqual(8);
  });

  it.concurrent.for(create)(
    'at %s leaves a whole tenant or none',
    async (point, { expect, onTestFinished }) => {
      const place = await copyOfOrigin(onTestFinished);
      await runUntilKilled(join(place, 'data'), 'create', point);
      const { folder, keystore, engine, client, tenants } = await restart(place);
      const made = tenants.filter(({ domain }) => domain === 'killed.example');
      expect(made.length).toBe(point === 'create.activated' ? 1 : 0);
      expect(tenants.map(({ state }) => state)).toEqual(tenants.map(() => 'active'));
      await signInAdministrator(client, 'acme.example');
      if (made[0]) await signInAdministrator(openTestWindow(engine).client, 'killed.example');
      else {
        const operator = openTestWindow(engine).client;
        await operator.installation.operators.signIn({ email: OPERATOR.email, password: OPERATOR.password });
        const again = await createTenant(operator, { domain: 'killed.example' });
        expect(again).not.toBe('');
        await operator.installation.tenants.delete({ id: again, confirmName: 'Acme Corporation' });
      }
      await engine.close();
      await requireSound(
        folder,
        keystore,
        tenants.map(({ id }) => id),
      );
    },
  );

  it.concurrent.for(remove)(
    'at %s ends in a tenant that is gone',
    async (point, { expect, onTestFinished }) => {
      const place = await copyOfOrigin(onTestFinished);
      await runUntilKilled(join(place, 'data'), 'remove', point, bystander);
      const { folder, keystore, engine, tenants } = await restart(place);
      expect(tenants).toEqual([]);
      await engine.close();
      await requireSound(folder, keystore, []);
      const { seen } = await inspectCatalog(folder, (database) =>
        database.read('SELECT tenant_id, key_destroyed FROM deletions'),
      );
      expect(seen).toEqual([{ tenant_id: bystander, key_destroyed: 1 }]);
    },
  );

  /** Moments in milliseconds after the beginning, one in each stretch of the time that it may take. */
  const moments = (job: string, span: number) =>
    Array.from({ length: MOMENTS }, (_, part) => ({
      job,
      after: Math.floor(((part + random()) / MOMENTS) * span),
    }));

  it.concurrent.for([...moments('create', 250), ...moments('remove', 60)])(
    'of $job after $after ms, wherever it is in a step, leaves all or nothing',
    async ({ job, after }, { expect, onTestFinished }) => {
      const place = await copyOfOrigin(onTestFinished);
      const said = await runAndKillAfter(join(place, 'data'), job, after, bystander);
      const { folder, keystore, engine, tenants } = await restart(place);
      expect(tenants.map(({ state }) => state)).toEqual(tenants.map(() => 'active'));
      for (const { domain } of tenants) await signInAdministrator(openTestWindow(engine).client, domain);
      const domains = tenants.map(({ domain }) => domain);
      // What was acknowledged stands.
      if (job === 'create' && said.includes('done')) expect(domains).toContain('killed.example');
      if (job === 'remove' && said.length > 1) expect(domains).toEqual([]);
      if (job === 'create') expect(domains).toContain('acme.example');
      await engine.close();
      await requireSound(
        folder,
        keystore,
        tenants.map(({ id }) => id),
      );
    },
  );

  it.concurrent.for(['accepted', 'text', 'finished'])(
    'when "%s" was seen loses nothing of it',
    async (point, { expect, onTestFinished }) => {
      const place = await copyOfOrigin(onTestFinished);
      const seen = await runUntilKilled(join(place, 'data'), 'ask', point, bystander);
      const accepted = seen[0] as { conversationId: string; questionId: string; answerId: string };
      const { folder, keystore, engine, client } = await restart(place);
      await signInAdministrator(client);
      const address = { context: { tenant: bystander } };
      const { messages, running } = await client.tenant.assistant.read(
        { id: accepted.conversationId },
        address,
      );
      expect(running).toBeNull();
      expect(messages[0]).toMatchObject({ id: accepted.questionId, text: 'Will it be kept?' });
      const outcome = point === 'finished' ? 'answered' : 'interrupted';
      expect(messages[1]).toMatchObject({
        id: accepted.answerId,
        outcome,
        text: point === 'finished' ? 'Half an answer' : '',
      });
      const usage = await client.tenant.usage.list({ from: 0, to: Number.MAX_SAFE_INTEGER }, address);
      expect(usage.events.map(({ id, outcome: metered }) => [id, metered])).toEqual([
        [accepted.answerId, outcome],
      ]);
      await engine.close();
      await requireSound(folder, keystore, [bystander]);
    },
  );
});
