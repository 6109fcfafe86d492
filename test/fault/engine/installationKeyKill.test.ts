import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startTestEngine } from '../../support/engine';
import { openTestWindow } from '../../support/engine/client';
import { FileKeystore } from '../../support/engine/fileKeystore';
import { folderUntil } from '../../support/engine/folders';
import { runUntilKilled } from '../../support/engine/killed';
import { inspectCatalog } from '../../support/engine/soundness';
import { createOperator, createTenant, OPERATOR, signInAdministrator } from '../../support/engine/world';

/** The points of a rotation, and whether it is the new key from there on. */
const POINTS = [
  ['installation-key.made', false],
  ['installation-key.sealed', true],
  ['installation-key.adopted', true],
] as const;

describe('a kill while the key of the installation is rotated', () => {
  let origin: string;
  let removeOrigin: () => Promise<void>;
  let tenant: string;
  let oldKey: Buffer;

  beforeAll(async () => {
    origin = await folderUntil((remove) => {
      removeOrigin = remove;
    });
    const keystore = await keystoreIn(origin);
    const { engine } = startTestEngine(join(origin, 'data'), { keystore });
    const { client } = openTestWindow(engine);
    await createOperator(client);
    tenant = await createTenant(client);
    await engine.close();
    oldKey = Buffer.from(keystore.keys.get('installation') ?? []);
  });

  afterAll(() => removeOrigin());

  async function keystoreIn(place: string): Promise<FileKeystore> {
    await mkdir(join(place, 'data'), { recursive: true });
    return new FileKeystore(join(place, 'data'));
  }

  it.concurrent.for(POINTS)(
    'at %s leaves an installation that one key opens (the new one: %s)',
    async ([point, isNew], { expect, onTestFinished }) => {
      const place = await folderUntil(onTestFinished);
      await cp(origin, place, { recursive: true });
      const folder = join(place, 'data');
      await runUntilKilled(folder, 'rotateInstallation', point);

      const keystore = await keystoreIn(place);
      const { engine } = startTestEngine(folder, { keystore });
      const { client } = openTestWindow(engine);
      await client.installation.operators.signIn({ email: OPERATOR.email, password: OPERATOR.password });
      const { installation } = await client.installation.keys.tenants({});
      expect(installation.version).toBe(isNew ? 2 : 1);
      expect(Buffer.from(keystore.keys.get('installation') ?? []).equals(oldKey)).toBe(!isNew);
      expect([...keystore.keys.keys()].sort()).toEqual(['installation', `tenant:${tenant}`]);
      const { events } = await client.installation.audit.events({});
      const own = events.filter(({ event }) => event === 'installation-key.rotated');
      expect(own.map(({ outcome }) => outcome)).toEqual([isNew ? 'done' : 'failed', 'intent']);
      await signInAdministrator(openTestWindow(engine).client);
      // The next one begins anew.
      await client.installation.keys.rotateInstallationKey({});
      await engine.close();
      const catalog = await inspectCatalog(folder, (database) =>
        database.read('SELECT version, rotating_from FROM installation_key'),
      );
      expect(catalog).toMatchObject({
        sound: true,
        seen: [{ version: isNew ? 3 : 2, rotating_from: null }],
      });
    },
  );
});
