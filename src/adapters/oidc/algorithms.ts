import { createHash } from 'node:crypto';

/** Signatures that are taken: with a key pair alone. `none` and whatever a shared secret makes are never among them. */
export const SIGNING_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** The hash by which an ID token names the access token it came with (OpenID Connect Core 3.1.3.6). */
export function accessTokenHash(algorithm: string, accessToken: string): string {
  const bits = algorithm.endsWith('384') ? 'sha384' : /512$|^Ed/.test(algorithm) ? 'sha512' : 'sha256';
  const digest = createHash(bits).update(accessToken, 'ascii').digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}
