import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rotationSteps } from '../../../src/engine/control/keys';
import { fingerprintOf } from '../../../src/engine/control/tenants';
import { startTestEngine } from '../../support/engine';
import { openTestWindow } from '../../support/engine/client';
import { FileKeystore } from '../../support/engine/fileKeystore';
import { folderUntil } from '../../support/engine/folders';
import { runUntilKilled } from '../../support/engine/killed';
import { inspectCatalog, inspectTenant } from '../../support/engine/soundness';
import { createOperator, createTenant, OPERATOR, signInAdministrator } from '../../support/engine/world';

/** The points out of the very list that the engine walks. */
const steps = rotationSteps({ context: {} } as never).map(({ name }) => name);
const points = [
  'rotate.recorded',
  ...steps.flatMap((name) => [
    ...(name === 'switch' ? ['rotate.switch.paused'] : []),
    `rotate.${name}.ran`,
    `rotate.${name}.recorded`,
  ]),
  'rotate.finished',
];
/** From here on it is the new key. */
const turned = points.indexOf('rotate.switch.ran');

describe('a kill in a rotation', () => {
  let origin: string;
  let removeOrigin: () => Promise<void>;
  let tenant: string;
  let conversation: string;
  let oldFingerprint: string;

  beforeAll(async () => {
    origin = await folderUntil((remove) => {
      removeOrigin = remove;
    });
    const keystore = await keystoreIn(origin);
    const { engine } = startTestEngine(join(origin, 'data'), { keystore });
    const { client } = openTestWindow(engine);
    await createOperator(client);
    tenant = await createTenant(client);
    const member = openTestWindow(engine).client;
    await signInAdministrator(member);
    for await (const event of await member.tenant.assistant.ask(
      { content: 'Will it still be read?' },
      { context: { tenant } },
    )) {
      if (event.type === 'accepted') conversation = event.conversationId;
    }
    await engine.close();
    oldFingerprint = fingerprintOf(keystore.keys.get(`tenant:${tenant}`) ?? new Uint8Array());
  });

  afterAll(() => removeOrigin());

  async function keystoreIn(place: string): Promise<FileKeystore> {
    await mkdir(join(place, 'data'), { recursive: true });
    return new FileKeystore(join(place, 'data'));
  }

  it('is tried at both sides of every step', () => {
    expect(steps).toEqual(['key', 'wrap', 'copy', 'verify', 'switch', 'catalogue', 'settle', 'destroy']);
    expect(points.length).toBe(19);
  });

  it.concurrent.for(points.map((point, index) => [point, index >= turned] as const))(
    'at %s leaves a tenant that one key opens (the new one: %s)',
    async ([point, isNew], { expect, onTestFinished }) => {
      const place = await folderUntil(onTestFinished);
      await cp(origin, place, { recursive: true });
      const folder = join(place, 'data');
      await runUntilKilled(folder, 'rotate', point, tenant);

      const keystore = await keystoreIn(place);
      const { engine } = startTestEngine(folder, { keystore });
      const { client } = openTestWindow(engine);
      await client.installation.operators.signIn({ email: OPERATOR.email, password: OPERATOR.password });
      const { tenants } = await client.installation.keys.tenants({});
      const fingerprint = fingerprintOf(keystore.keys.get(`tenant:${tenant}`) ?? new Uint8Array());
      expect(tenants).toMatchObject([{ tenantId: tenant, fingerprint, rotating: false }]);
      expect(fingerprint !== oldFingerprint).toBe(isNew);
      expect([...keystore.keys.keys()].sort()).toEqual(['installation', `tenant:${tenant}`]);

      const member = openTestWindow(engine).client;
      await signInAdministrator(member);
      const { messages } = await member.tenant.assistant.read({ id: conversation }, { context: { tenant } });
      expect(messages[0]?.text).toBe('Will it still be read?');
      await member.tenant.assistant.rename({ id: conversation, title: 'Kept' }, { context: { tenant } });
      await engine.close();

      expect((await readdir(join(folder, 'tenants', tenant))).sort()).toEqual(['files', 'tenant.db']);
      const inspected = await inspectTenant(folder, keystore, tenant, (database) =>
        database.read('SELECT version FROM field_keys WHERE wrapped_next IS NOT NULL'),
      );
      expect(inspected).toMatchObject({ sound: true });
      if (isNew) expect(inspected.seen).toEqual([]);
      const catalog = await inspectCatalog(folder, (database) =>
        database.read("SELECT id FROM journal WHERE outcome = 'running'"),
      );
      expect(catalog).toMatchObject({ sound: true, seen: [] });
    },
  );
});
