import { copyFile, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import { problemOf } from '../../support/engine/calls';
import { at, openTestWindow } from '../../support/engine/client';
import { tenantFile } from '../../support/engine/soundness';
import { signInAdministrator } from '../../support/engine/world';
import { keyOf, rotate, startAgain, startWithTenant } from './support';

it('a database from before a rotation, put back in its place, is not opened', async () => {
  const { folder, client, engine, id, keystore } = await startWithTenant();
  const oldKey = keyOf(keystore, id);
  const file = tenantFile(folder, id);
  await client.installation.tenants.suspend({ id, reason: 'a quiet moment to copy the file' });
  await copyFile(file, `${folder}/stolen.db`);
  await client.installation.tenants.resume({ id });
  await rotate(client, id);
  await engine.close();

  await copyFile(`${folder}/stolen.db`, file);
  const before = await readFile(file);
  const again = await startAgain(folder);
  const reading = again.client.tenant.overview.read({ period: '24h' }, at(id));
  expect(await problemOf(reading)).toMatchObject({ code: 'TENANT_QUARANTINED' });
  const { client: member } = openTestWindow(again.engine);
  expect(await problemOf(signInAdministrator(member))).toMatchObject({ code: 'WRONG_CREDENTIALS' });
  await again.engine.close();
  expect((await readFile(file)).equals(before)).toBe(true);
  // Had the old key been left behind, the file would have opened.
  await (await createSqlcipherDriver().open(file, oldKey)).close();
});
