import { hkdfSync } from 'node:crypto';
import { type SigningKey, signingKeyFromSeed } from '../tokens';

/**
 * The installation's Ed25519 key for audit checkpoints, out of its key in the keychain (HKDF-SHA256, RFC 5869).
 * @param installationKey 32 bytes; not kept
 */
export function auditSigningKey(installationKey: Uint8Array): SigningKey {
  const purpose = 'riscura/installation/audit-signing/v1';
  const seed = Buffer.from(hkdfSync('sha256', installationKey, new Uint8Array(), purpose, 32));
  const key = signingKeyFromSeed(seed);
  seed.fill(0);
  return key;
}
