import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** RFC 8410: the DER that stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ID_DIGITS = 16;

/** An Ed25519 key pair out of a 32-byte seed (RFC 8032). */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** SPKI in DER, base64. */
  readonly publicKey: string;
}

export function signingKeyFromSeed(seed: Uint8Array): SigningKey {
  const der = Buffer.concat([PKCS8_ED25519, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
  return { privateKey, publicKey };
}

/** The `kid` of a key: the first 16 hexadecimal digits of the SHA-256 of its public half. @param publicKey SPKI in DER, base64 */
export function keyIdOf(publicKey: string): string {
  return createHash('sha256').update(publicKey, 'base64').digest('hex').slice(0, ID_DIGITS);
}
