import { createHmac } from 'node:crypto';
import type { SecretKeeper } from '../mechanism/credentials';
import { deriveKey, framed, NONCE_BYTES, openBytes, sealBytes } from '../mechanism/sealing';
import type { RandomSource } from '../ports';

/**
 * Seals secrets of operators' accounts in the catalogue, which is not encrypted itself: AES-256-GCM with the row's id
 * bound in.
 * @param keys 32 bytes of the installation each, for this purpose alone; the caller may overwrite its copies. What was
 * hashed cannot be hashed anew, so the second outlives rotations
 */
export function createSecretKeeper(
  keys: { readonly sealing: Uint8Array; readonly hashing: Uint8Array },
  random: RandomSource,
): SecretKeeper {
  const sealing = deriveKey(keys.sealing, 'riscura/catalog-secrets/v1');
  const hashing = deriveKey(keys.hashing, 'riscura/catalog-hashes/v1');
  const place = (id: string) => framed(['riscura/catalog-secret/v1', id]);
  return {
    seal: (id, text) =>
      sealBytes(sealing, random.bytes(NONCE_BYTES), place(id), Buffer.from(text, 'utf8')).toString(
        'base64url',
      ),
    open: (id, sealed) => openBytes(sealing, place(id), Buffer.from(sealed, 'base64url')).toString('utf8'),
    hash: (text) => createHmac('sha256', hashing).update(text).digest('hex'),
  };
}
