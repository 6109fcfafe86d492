import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { ConsoleError, Role } from '../../../contract';
import type { Clock } from '../../ports';

/** RFC 8410: the DER that stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ALGORITHM = 'EdDSA';
const REMEMBERED = 5_000;

/** The specification's `TenantJWT`. `tid` is a tenant's id, or `installation` for an operator. */
export const TokenClaims = z.object({
  sub: z.string(),
  tid: z.string(),
  role: Role,
  permissions: z.array(z.string()),
  /** Seconds since the epoch (RFC 7519). */
  exp: z.number(),
  /** The id of the session. */
  jti: z.string(),
});
export type TokenClaims = z.infer<typeof TokenClaims>;

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

/** Signs a token. */
export function signToken(key: SigningKey, claims: TokenClaims): Promise<string> {
  const { exp, jti, sub, ...own } = claims;
  return new SignJWT(own)
    .setProtectedHeader({ alg: ALGORITHM })
    .setSubject(sub)
    .setJti(jti)
    .setExpirationTime(exp)
    .sign(key.privateKey);
}

/** Checks tokens against one public key and remembers those that were good. */
export interface TokenVerifier {
  /** @throws ConsoleError NOT_SIGNED_IN for whatever is not a living token under this key */
  verify(token: string): Promise<TokenClaims>;
}

/**
 * @param publicKey SPKI in DER, base64
 * @param tid the only `tid` that is accepted
 */
export function createTokenVerifier(publicKey: string, tid: string, clock: Clock): TokenVerifier {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  const good = new Map<string, TokenClaims>();

  function remember(token: string, claims: TokenClaims): void {
    if (good.size >= REMEMBERED) good.delete(good.keys().next().value ?? '');
    good.set(token, claims);
  }

  async function read(token: string): Promise<TokenClaims> {
    const known = good.get(token);
    if (known) return known;
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      currentDate: new Date(clock.now()),
    });
    const claims = TokenClaims.parse(payload);
    remember(token, claims);
    return claims;
  }

  return {
    async verify(token) {
      let claims: TokenClaims;
      try {
        claims = await read(token);
      } catch (cause) {
        throw new ConsoleError('NOT_SIGNED_IN', {}, cause);
      }
      if (claims.tid !== tid || claims.exp * 1000 <= clock.now()) throw new ConsoleError('NOT_SIGNED_IN');
      return claims;
    },
  };
}

/** Whose token it says that it is: nothing is checked, so that it only chooses who is to check it. */
function claimedTid(token: string | null): unknown {
  const payload = token?.split('.')[1];
  if (!payload) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && 'tid' in claims ? claims.tid : null;
  } catch {
    return null;
  }
}

/** Whether a token says of itself that it is of another than this tenant (or `installation`). */
export function claimsAnotherThan(tid: string, token: string | null): boolean {
  const claimed = claimedTid(token);
  return claimed !== null && claimed !== tid;
}
