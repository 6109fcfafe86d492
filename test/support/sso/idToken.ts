import { createHash, createHmac, createPublicKey } from 'node:crypto';
import { importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { CLIENT_ID } from './oidcProvider';
import type { OidcWorld } from './oidcWorld';

/** How a token of the token endpoint is other than it should be. */
export interface Forgery {
  readonly claims?: JWTPayload;
  /** Another way to sign: without a key, with the public key as a shared secret, or with this key. */
  readonly signature?: 'none' | 'public-key-as-secret' | JWK;
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function signed(claims: JWTPayload, { key }: OidcWorld['provider'], how: Forgery['signature']) {
  if (how === 'none') return `${part({ alg: 'none' })}.${part(claims)}.`;
  if (how === 'public-key-as-secret') {
    const pem = createPublicKey({ key: key.jwk as never, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    const text = `${part({ alg: 'HS256', kid: key.kid })}.${part(claims)}`;
    return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: key.kid })
    .sign(await importJWK(how ?? key.jwk, 'RS256'));
}

/** The nonce of the sign-in that the browser was sent with last. */
export function nonceOf({ browser, provider }: OidcWorld): string {
  const sent = browser.visited.findLast((url) => url.startsWith(`${provider.issuer}/auth?`)) ?? '';
  return new URL(sent).searchParams.get('nonce') ?? '';
}

/**
 * Has the provider's token endpoint answer with a token of ours about `lea`, for all that it is asked.
 * Without a forgery the token is good.
 */
export function answerTokens(world: OidcWorld, { claims = {}, signature }: Forgery = {}): void {
  const { provider } = world;
  provider.answerInstead('/token', async () => {
    const now = Math.floor(Date.now() / 1000);
    const accessToken = 'an access token of a forger';
    const own: JWTPayload = {
      iss: provider.issuer,
      aud: CLIENT_ID,
      sub: 'lea',
      iat: now,
      exp: now + 300,
      nonce: nonceOf(world),
      at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
      ...claims,
    };
    const idToken = await signed(own, provider, signature);
    const body = { access_token: accessToken, token_type: 'Bearer', expires_in: 300, id_token: idToken };
    return { status: 200, body: JSON.stringify(body) };
  });
  provider.answerInstead('/me', async () => ({
    status: 200,
    body: JSON.stringify({ sub: 'lea', ...provider.accounts.get('lea') }),
  }));
}
