import { randomUUID } from 'node:crypto';
import { importJWK, type JWTPayload, SignJWT } from 'jose';
import { CLIENT_ID, type TestProvider } from './oidcProvider';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/**
 * A logout token as the provider would make it (OpenID Connect Back-Channel Logout 1.0, 2.4).
 * @param claims of it that are other, or there besides; `undefined` leaves one out
 */
export async function logoutToken(
  { issuer, key }: Pick<TestProvider, 'issuer' | 'key'>,
  claims: JWTPayload = {},
  header: { alg?: string; typ?: string } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all: JWTPayload = {
    iss: issuer,
    aud: CLIENT_ID,
    iat: now,
    exp: now + 120,
    jti: randomUUID(),
    events: { [EVENT]: {} },
    ...claims,
  };
  const present = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new SignJWT(present)
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'logout+jwt', ...header })
    .sign(await importJWK(key.jwk, 'RS256'));
}
