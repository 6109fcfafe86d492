import { expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/engine/control/tenants';
import { FieldCipher } from '../../../src/engine/mechanism/fieldCipher';
import { inspectTenant } from '../../support/engine/soundness';
import { keyOf, rotate, startWithTenant } from './support';

it('after a rotation the old key is in no keystore and opens no field key', async () => {
  const { client, engine, id, folder, keystore, ports } = await startWithTenant();
  const oldKey = keyOf(keystore, id);
  await rotate(client, id);
  await engine.close();
  const kept = [...keystore.keys.values()].map(fingerprintOf);
  expect([...keystore.keys.keys()].sort()).toEqual(['installation', `tenant:${id}`]);
  expect(kept).not.toContain(fingerprintOf(oldKey));
  const { seen } = await inspectTenant(folder, keystore, id, (database) =>
    database.read('SELECT version, wrapped, wrapped_next FROM field_keys'),
  );
  const wrapped = seen.map((row) => ({ version: Number(row.version), wrapped: String(row.wrapped) }));
  expect(seen.map((row) => row.wrapped_next)).toEqual(seen.map(() => null));
  expect(() => FieldCipher.load(oldKey, wrapped, ports.random)).toThrow('tampered');
  FieldCipher.load(keyOf(keystore, id), wrapped, ports.random).close();
});

it('a tenant that is deleted leaves neither its key nor the one that was to follow', async () => {
  const { client, id, keystore } = await startWithTenant();
  await keystore.createKey({ kind: 'tenant-next', tenantId: id });
  await client.installation.tenants.delete({ id, confirmName: 'Acme Corporation' });
  expect([...keystore.keys.keys()]).toEqual(['installation']);
});
