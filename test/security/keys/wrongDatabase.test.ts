import { copyFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { problemOf } from '../../support/engine/calls';
import { FileKeystore } from '../../support/engine/fileKeystore';
import { tenantFile } from '../../support/engine/soundness';
import { createTenant } from '../../support/engine/world';
import { startAgain, startWithTenant } from './support';

it('the key of a kit is not kept for a database that it does not open', async () => {
  const { client, engine, id, folder } = await startWithTenant();
  const second = await createTenant(client, { domain: 'other.example' });
  const { sheets } = await client.installation.keys.makeKit({ tenantId: id, threshold: 2, shares: 2 });
  await engine.close();
  await copyFile(tenantFile(folder, second), tenantFile(folder, id));

  const keystore = new FileKeystore(folder);
  keystore.keys.delete(`tenant:${id}`);
  const again = await startAgain(folder, keystore);
  expect(await problemOf(again.client.installation.keys.restoreTenantKey({ sheets }))).toMatchObject({
    code: 'KIT_REFUSED',
    data: { reason: expect.stringContaining('does not open the database') },
  });
  expect([...keystore.keys.keys()]).not.toContain(`tenant:${id}`);
});
