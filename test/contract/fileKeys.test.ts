import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyOf, rotate, startAgain, startWithTenant } from '../security/keys/support';
import { problemOf } from '../support/engine/calls';
import { at, openTestWindow } from '../support/engine/client';
import { readSealedFiles } from '../support/engine/sealedFiles';
import { inspectTenant } from '../support/engine/soundness';
import { signInAdministrator } from '../support/engine/world';

const TEXTS = ['The first document', 'The second document', 'The third document'];

async function startWithDocuments(...overrides: Parameters<typeof startWithTenant>) {
  const test = await startWithTenant(...overrides);
  const member = openTestWindow(test.engine).client;
  await signInAdministrator(member);
  const add = (text: string) =>
    member.tenant.knowledge.add({ file: new File([text], `${text}.txt`) }, at(test.id));
  for (const text of TEXTS) await add(text);
  const { keys } = test.client.tenant;
  const read = () => keys.fileKeys({}, at(test.id));
  return { ...test, member, add, keys, read };
}

describe('the key of a tenant’s files', () => {
  it('takes a new version under which every file is sealed anew; the versions between are destroyed', async () => {
    const { engine, id, folder, keystore, client, member, add, keys, read } = await startWithDocuments();
    expect(await read()).toMatchObject({ versions: [{ version: 1 }], files: 3, work: null });
    await keys.rotateFileKey({}, at(id));
    await expect.poll(async () => (await read()).work).toBeNull();
    await add('The fourth document');
    await keys.rotateFieldKey({}, at(id));
    await keys.rotateFileKey({}, at(id));
    await expect.poll(async () => (await read()).work).toBeNull();
    expect((await read()).versions.map(({ version }) => version)).toEqual([1, 3]);
    const { events } = await member.tenant.audit.events({}, at(id));
    const own = events.filter(({ event }) => event === 'file-key.rotated');
    expect(own.map(({ outcome }) => outcome)).toEqual(['done', 'intent', 'done', 'intent']);
    await rotate(client, id);
    await engine.close();
    const found = await readSealedFiles(folder, id, keyOf(keystore, id));
    expect(found.map(({ text }) => text).sort()).toEqual([...TEXTS, 'The fourth document'].sort());
    expect(found.map(({ version }) => version)).toEqual([3, 3, 3, 3]);
  });

  it('is stopped on demand: what is left stays under its key, and the next time takes it along', async () => {
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const { id, engine, folder, keystore, keys, read } = await startWithDocuments({
      reach: async (point) => {
        if (point !== 'file-key.sealed') return;
        reached.resolve();
        await go.promise;
      },
    });
    expect(await problemOf(keys.cancelFileKeyRotation({}, at(id)))).toMatchObject({ code: 'NOT_FOUND' });
    await keys.rotateFileKey({}, at(id));
    await reached.promise;
    expect(await problemOf(keys.rotateFileKey({}, at(id)))).toMatchObject({ code: 'CONFLICT' });
    const cancelling = keys.cancelFileKeyRotation({}, at(id));
    await expect.poll(async () => (await read()).work?.state).toBe('stopped');
    go.resolve();
    expect((await cancelling).work).toMatchObject({ state: 'stopped' });
    await engine.close();
    const left = await readSealedFiles(folder, id, keyOf(keystore, id));
    expect(left.map(({ version }) => version).sort()).toEqual([1, 1, 2]);
    const again = await startAgain(folder);
    await again.client.tenant.keys.rotateFileKey({}, at(id));
    await expect
      .poll(async () => (await again.client.tenant.keys.fileKeys({}, at(id))).work, { timeout: 5_000 })
      .toBeNull();
    await again.engine.close();
    const after = await readSealedFiles(folder, id, keyOf(keystore, id));
    expect(after.map(({ version }) => version)).toEqual([3, 3, 3]);
  });

  it('leaves a file alone that was damaged, says so, and keeps the keys before', async () => {
    const { id, engine, folder, keystore, member, keys, read } = await startWithDocuments();
    await keys.rotateFileKey({}, at(id));
    await expect.poll(async () => (await read()).work).toBeNull();
    const files = join(folder, 'tenants', id, 'files');
    const [name = ''] = await readdir(files);
    const bytes = await readFile(join(files, name));
    const damaged = Buffer.from(bytes);
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    await writeFile(join(files, name), damaged);
    await keys.rotateFileKey({}, at(id));
    await expect.poll(async () => (await read()).work).toBeNull();
    expect((await read()).versions.map(({ version }) => version)).toEqual([1, 2, 3]);
    const { events } = await member.tenant.audit.events({}, at(id));
    expect(events.find(({ event }) => event === 'file-key.rotated')).toMatchObject({ outcome: 'failed' });
    await writeFile(join(files, name), bytes);
    await engine.close();
    const found = await readSealedFiles(folder, id, keyOf(keystore, id));
    expect(found.map(({ version }) => version).sort()).toEqual([2, 3, 3]);
    const { seen } = await inspectTenant(folder, keystore, id, (database) =>
      database.read('SELECT count(*) AS count FROM file_key_work'),
    );
    expect(seen).toEqual([{ count: 0 }]);
  });
});
