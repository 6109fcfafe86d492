import { ConsoleError, isConsoleError } from '../../../contract';
import type { Keystore } from '../../ports';
import { fingerprintOf, type TenantRecord } from './records';

/**
 * The key that the catalogue names as the one of a tenant. A rotation that was interrupted after its switch has left
 * it in the place of the next key.
 * @returns 32 bytes, to be overwritten by the caller
 * @throws ConsoleError KEY_MISSING
 */
export async function readTenantKey(keystore: Keystore, record: TenantRecord): Promise<Uint8Array> {
  const tenantId = record.id;
  const key = await keystore.readKey({ kind: 'tenant', tenantId });
  if (record.keyFingerprint === fingerprintOf(key)) return key;
  key.fill(0);
  const next = await readNextKey(keystore, tenantId);
  if (next && record.keyFingerprint === fingerprintOf(next)) return next;
  next?.fill(0);
  throw new ConsoleError('KEY_MISSING', {
    reason: 'The keychain holds another key than the one of this tenant.',
  });
}

/** The key that is to follow a tenant's key; `null` when it is not being rotated. */
export async function readNextKey(keystore: Keystore, tenantId: string): Promise<Uint8Array | null> {
  try {
    return await keystore.readKey({ kind: 'tenant-next', tenantId });
  } catch (problem) {
    if (isConsoleError(problem) && problem.code === 'KEY_MISSING') return null;
    throw problem;
  }
}
