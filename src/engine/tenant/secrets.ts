import type { FieldCipher } from '../mechanism/fieldCipher';
import type { Store } from '../mechanism/store';

/** The name under which the seed of the tenant's signing key is kept. */
export const SIGNING_SEED = 'signing-seed';

/** The associated data of a sealed secret. */
export function secretPlace(name: string): { table: string; column: string; row: string } {
  return { table: 'secrets', column: 'sealed_value', row: name };
}

/** @returns the bytes of a secret; the caller overwrites them when done */
export async function readSecret(store: Store, cipher: FieldCipher, name: string): Promise<Uint8Array> {
  const [row] = await store.read('SELECT sealed_value FROM secrets WHERE name = ?', [name]);
  if (!row) throw new Error(`the tenant has no secret named ${name}`);
  return Buffer.from(cipher.open(secretPlace(name), String(row.sealed_value)), 'base64');
}
