import { copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OLDER_WORDS } from '../../../src/contract';
import { startTestEngine } from '../../support/engine';
import { at, openTestWindow } from '../../support/engine/client';
import { folderUntil } from '../../support/engine/folders';
import { createOperator, createTenant, OPERATOR } from '../../support/engine/world';

/** Copies a database with what belongs to it. */
async function copyDatabase(from: string, to: string, name: string): Promise<void> {
  for (const file of await readdir(to)) {
    if (file.startsWith(name)) await rm(join(to, file));
  }
  for (const file of await readdir(from)) {
    if (file.startsWith(name)) await copyFile(join(from, file), join(to, file));
  }
}

/** A site whose engine is closed, started again over the same folder and keychain whenever it is asked for. */
async function makeSite() {
  const folder = await folderUntil(onTestFinished);
  const aside = await folderUntil(onTestFinished);
  const first = startTestEngine(folder);
  const { client } = openTestWindow(first.engine);
  await createOperator(client);
  const id = await createTenant(client);
  await client.tenant.overview.read({ period: '24h' }, at(id));
  await first.engine.close();
  const { keystore } = first;
  const start = async () => {
    const { engine } = startTestEngine(folder, { keystore });
    onTestFinished(() => engine.close());
    return { engine, client: openTestWindow(engine).client };
  };
  return { folder, aside, id, keystore, start };
}

/** Somebody who can write the data folder, but not the keychain, makes what was done undone with an older copy. */
describe('an older copy of a database in the place of the newest', () => {
  it('quarantines the tenant, and the others go on', async () => {
    const { folder, aside, id, start } = await makeSite();
    await copyDatabase(join(folder, 'tenants', id), aside, 'tenant.db');
    const between = await start();
    await between.client.installation.operators.signIn(OPERATOR);
    const other = await createTenant(between.client, { name: 'Other', domain: 'other.example' });
    await between.client.tenant.configuration.read({}, at(id));
    await between.engine.close();
    await copyDatabase(aside, join(folder, 'tenants', id), 'tenant.db');

    const { client } = await start();
    await client.installation.operators.signIn(OPERATOR);
    await expect(client.tenant.configuration.read({}, at(id))).rejects.toMatchObject({
      code: 'AUDIT_TRUNCATED',
      data: { reason: expect.stringContaining('put back to an older state') },
    });
    const { health } = await client.installation.tenants.read({ id });
    expect(health).toBe('older-state');
    await expect(client.tenant.configuration.read({}, at(other))).resolves.toBeDefined();
  });

  it('opens after an operator accepted it, and both chains say so', async () => {
    const { folder, aside, id, keystore, start } = await makeSite();
    await copyDatabase(join(folder, 'tenants', id), aside, 'tenant.db');
    const between = await start();
    await between.client.installation.operators.signIn(OPERATOR);
    await between.client.tenant.configuration.read({}, at(id));
    await between.engine.close();
    await copyDatabase(aside, join(folder, 'tenants', id), 'tenant.db');

    const { client } = await start();
    await client.installation.operators.signIn(OPERATOR);
    await client.installation.audit.acceptOlder({ id, reason: 'restored after a disk failed' });
    expect([...keystore.secrets.keys()]).not.toContain(`checkpoint:${id}`);
    await expect(client.tenant.configuration.read({}, at(id))).resolves.toBeDefined();
    const said = await client.installation.audit.events({ event: 'audit.older-accepted', target: id });
    expect(said.events.map(({ outcome }) => outcome)).toEqual(['done', 'intent']);
    const chain = await client.tenant.audit.events({ event: 'kept-checkpoint-missing' }, at(id));
    expect(chain.events).toHaveLength(1);
  });

  it('seals the installation', async () => {
    const { folder, aside, start } = await makeSite();
    await copyDatabase(folder, aside, 'catalog.db');
    const between = await start();
    await between.client.installation.operators.signIn(OPERATOR);
    await between.engine.close();
    await copyDatabase(aside, folder, 'catalog.db');

    const { client } = await start();
    const status = await client.installation.status.read({});
    expect(status).toMatchObject({ state: 'sealed' });
    await expect(client.installation.operators.signIn(OPERATOR)).rejects.toMatchObject({
      code: 'AUDIT_TRUNCATED',
    });
  });

  it('unseals the installation when an operator of it accepts that, and its chain says so', async () => {
    const { folder, aside, keystore, start } = await makeSite();
    await copyDatabase(folder, aside, 'catalog.db');
    const between = await start();
    await between.client.installation.operators.signIn(OPERATOR);
    await between.engine.close();
    await copyDatabase(aside, folder, 'catalog.db');
    const kept = keystore.secrets.get('checkpoint:installation');

    const { client, engine } = await start();
    const { acceptOlder } = client.installation.recovery;
    const { email, password } = OPERATOR;
    const said = { email, password, reason: 'the disk failed', confirm: OLDER_WORDS };
    expect((await client.installation.status.read({})).problems[0]?.code).toBe('AUDIT_TRUNCATED');
    const wrong = [{ confirm: 'yes' }, { password: 'not this one at all 7' }];
    for (const [index, part] of wrong.entries()) {
      await expect(acceptOlder({ ...said, ...part })).rejects.toMatchObject({
        code: ['CONFIRMATION_MISMATCH', 'WRONG_CREDENTIALS'][index],
      });
      expect(keystore.secrets.get('checkpoint:installation')).toBe(kept);
    }
    await acceptOlder(said);
    const { events } = await client.installation.audit.events({ event: 'audit.older-accepted' });
    expect(events).toMatchObject([
      { target: 'installation', detail: { reason: 'the disk failed', checkpoint: expect.any(Number) } },
    ]);
    expect(keystore.secrets.get('checkpoint:installation')).not.toBe(kept);
    await expect(acceptOlder(said)).rejects.toMatchObject({ code: 'CONFLICT' });
    await engine.close();
    const again = await start();
    await again.client.installation.operators.signIn(OPERATOR);
    for await (const { verdict } of await again.client.installation.audit.verify({})) {
      if (verdict) expect(verdict).toMatchObject({ ok: true });
    }
  });

  it('is not accepted of a tenant that is not older', async () => {
    const { id, start } = await makeSite();
    const { client } = await start();
    await client.installation.operators.signIn(OPERATOR);
    const accepting = client.installation.audit.acceptOlder({ id, reason: 'nothing is wrong' });
    await expect(accepting).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('opens when the newest was put where it was', async () => {
    const { folder, aside, id, start } = await makeSite();
    await copyDatabase(join(folder, 'tenants', id), aside, 'tenant.db');
    await copyDatabase(aside, join(folder, 'tenants', id), 'tenant.db');
    const { client } = await start();
    await client.installation.operators.signIn(OPERATOR);
    await expect(client.tenant.configuration.read({}, at(id))).resolves.toBeDefined();
  });

  it('leaves nothing of a deleted tenant in the keychain', async () => {
    const { id, keystore, start } = await makeSite();
    expect([...keystore.secrets.keys()]).toContain(`checkpoint:${id}`);
    const { client } = await start();
    await client.installation.operators.signIn(OPERATOR);
    await client.installation.tenants.delete({ id, confirmName: 'Acme Corporation' });
    expect([...keystore.secrets.keys()]).not.toContain(`checkpoint:${id}`);
  });
});
