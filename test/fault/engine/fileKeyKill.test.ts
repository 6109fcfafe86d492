import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startTestEngine } from '../../support/engine';
import { at, openTestWindow } from '../../support/engine/client';
import { FileKeystore } from '../../support/engine/fileKeystore';
import { folderUntil } from '../../support/engine/folders';
import { runUntilKilled } from '../../support/engine/killed';
import { readSealedFiles } from '../../support/engine/sealedFiles';
import { createOperator, createTenant, OPERATOR, signInAdministrator } from '../../support/engine/world';

const TEXTS = ['A document', 'Another document', 'A third document'];
const POINTS = ['file-key.kept', 'file-key.sealed', 'file-key.recorded', 'file-key.finished'];

describe('a kill while files are sealed anew', () => {
  let origin: string;
  let removeOrigin: () => Promise<void>;
  let tenant: string;

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
    for (const text of TEXTS) {
      await member.tenant.knowledge.add({ file: new File([text], `${text}.txt`) }, at(tenant));
    }
    await engine.close();
  });

  afterAll(() => removeOrigin());

  async function keystoreIn(place: string): Promise<FileKeystore> {
    await mkdir(join(place, 'data'), { recursive: true });
    return new FileKeystore(join(place, 'data'));
  }

  it.concurrent.for(POINTS)(
    'at %s leaves files that open, and the next start seals the rest',
    async (point, { expect, onTestFinished }) => {
      const place = await folderUntil(onTestFinished);
      await cp(origin, place, { recursive: true });
      const folder = join(place, 'data');
      await runUntilKilled(folder, 'rotateFiles', point, tenant);

      const keystore = await keystoreIn(place);
      const key = Uint8Array.from(keystore.keys.get(`tenant:${tenant}`) ?? []);
      const killed = await readSealedFiles(folder, tenant, key);
      expect(killed.map(({ text }) => text).sort()).toEqual([...TEXTS].sort());

      const { engine } = startTestEngine(folder, { keystore });
      const { client } = openTestWindow(engine);
      await client.installation.operators.signIn({ email: OPERATOR.email, password: OPERATOR.password });
      await expect
        .poll(async () => (await client.tenant.keys.fileKeys({}, at(tenant))).work, { timeout: 10_000 })
        .toBeNull();
      await engine.close();
      const after = await readSealedFiles(folder, tenant, key);
      expect(after.map(({ text }) => text).sort()).toEqual([...TEXTS].sort());
      expect(after.map(({ version }) => version)).toEqual([2, 2, 2]);
    },
  );
});
