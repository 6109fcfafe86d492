import { createPublicKey } from 'node:crypto';
import { type JWTHeaderParameters, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { ConsoleError, Role } from '../../../contract';
import type { Clock } from '../../ports';
import { keyIdOf, type SigningKey } from './signing';

const ALGORITHM = 'EdDSA';
const TYPE = 'JWT';
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

/** Signs a token; its header names the key. */
export function signToken(key: SigningKey, claims: TokenClaims): Promise<string> {
  const { exp, jti, sub, ...own } = claims;
  return new SignJWT(own)
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: keyIdOf(key.publicKey) })
    .setSubject(sub)
    .setJti(jti)
    .setExpirationTime(exp)
    .sign(key.privateKey);
}

/** Checks tokens against a set of public keys and remembers those that were good. */
export interface TokenVerifier {
  /** @throws ConsoleError NOT_SIGNED_IN for whatever is not a living token under one of these keys */
  verify(token: string): Promise<TokenClaims>;
}

/**
 * @param publicKeys SPKI in DER, base64; a token is held against the one that its `kid` names and no other
 * @param tid the only `tid` that is accepted
 */
export function createTokenVerifier(
  publicKeys: readonly string[],
  tid: string,
  clock: Pick<Clock, 'now'>,
): TokenVerifier {
  const keys = new Map(
    publicKeys.map((text) => [
      keyIdOf(text),
      createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }),
    ]),
  );
  const good = new Map<string, TokenClaims>();

  /** A `kid` is looked up in memory as it is: it names no file, no row and no address. */
  function keyOf({ kid }: JWTHeaderParameters) {
    const key = typeof kid === 'string' ? keys.get(kid) : undefined;
    if (!key) throw new ConsoleError('NOT_SIGNED_IN');
    return key;
  }

  function remember(token: string, claims: TokenClaims): void {
    if (good.size >= REMEMBERED) good.delete(good.keys().next().value ?? '');
    good.set(token, claims);
  }

  async function read(token: string): Promise<TokenClaims> {
    const known = good.get(token);
    if (known) return known;
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms: [ALGORITHM],
      typ: TYPE,
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

/** What a token says of itself: nothing is checked, so that it only chooses who is to check it, and when. */
function claimsOf(token: string | null): object | null {
  const payload = token?.split('.')[1];
  if (!payload) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' ? claims : null;
  } catch {
    return null;
  }
}

/** Whether a token says of itself that it is of another than this tenant (or `installation`). */
export function claimsAnotherThan(tid: string, token: string | null): boolean {
  const claims = claimsOf(token);
  return claims !== null && 'tid' in claims && claims.tid !== tid;
}

/** The tenant (or `installation`) that a token says it is of; `null` when it does not say. */
export function claimedOwner(token: string | null): string | null {
  const claims = claimsOf(token);
  return claims !== null && 'tid' in claims && typeof claims.tid === 'string' ? claims.tid : null;
}

/** Milliseconds since 1970 UTC at which a token says that it ends; 0 when it does not say. */
export function claimedEnd(token: string): number {
  const claims = claimsOf(token);
  return claims !== null && 'exp' in claims && typeof claims.exp === 'number' ? claims.exp * 1000 : 0;
}

/** The session that a token says it is of; `null` when it does not say. */
export function claimedSession(token: string): string | null {
  const claims = claimsOf(token);
  return claims !== null && 'jti' in claims && typeof claims.jti === 'string' ? claims.jti : null;
}
