import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import { createSystemClock, createSystemRandom } from '../../../src/adapters/system';
import { Store } from '../../../src/engine/mechanism/store';
import { vaultVersionOf } from '../../../src/engine/mechanism/vault';
import { loadFieldCipher, openVault } from '../../../src/engine/tenant/keys';
import { tenantFile } from './soundness';

/** What lies in the folder of a tenant's documents, opened with what its database holds. No engine has it open. */
export async function readSealedFiles(
  folder: string,
  id: string,
  key: Uint8Array,
): Promise<{ version: number; text: string }[]> {
  const clock = createSystemClock();
  const random = createSystemRandom();
  const database = await createSqlcipherDriver().open(tenantFile(folder, id), key);
  const store = await Store.open(database, clock);
  try {
    const cipher = await loadFieldCipher(store, Uint8Array.from(key), clock, random);
    const vault = await openVault(store, cipher, random);
    const names = (await readdir(join(folder, 'tenants', id, 'files'))).sort();
    const opened = names.map(async (name) => {
      const sealed = await readFile(join(folder, 'tenants', id, 'files', name));
      return {
        version: vaultVersionOf(sealed),
        text: Buffer.from(vault.openFile(name, sealed)).toString('utf8'),
      };
    });
    return await Promise.all(opened);
  } finally {
    await store.close();
  }
}
