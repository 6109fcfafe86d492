import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import { OidcError, type OidcLogout, type OidcProviderOptions } from '../../engine/ports';
import { SIGNING_ALGORITHMS } from './algorithms';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** How old a logout token may be, and how far the clocks may differ, in seconds. */
const MOST_AGE_S = 5 * 60;
const SKEW_S = 60;
const COOLDOWN_MS = 30_000;
const MOST_ID_LENGTH = 500;

/** Reads logout tokens of one provider. */
export type LogoutReader = (token: string) => Promise<OidcLogout>;

/**
 * @param jwksUri where the provider publishes its keys; they are fetched at the first token and when one is not known
 * @param algorithms what the provider says it signs with
 * @see OpenID Connect Back-Channel Logout 1.0, 2.6
 */
export function createLogoutReader(
  options: OidcProviderOptions,
  issuer: string,
  jwksUri: string,
  algorithms: readonly string[],
): LogoutReader {
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    [customFetch]: options.fetch,
    cooldownDuration: COOLDOWN_MS,
  });
  const allowed = SIGNING_ALGORITHMS.filter((name) => algorithms.includes(name));

  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: options.clientId,
        algorithms: allowed,
        maxTokenAge: MOST_AGE_S,
        clockTolerance: SKEW_S,
        currentDate: new Date(options.now()),
        requiredClaims: ['jti', 'events'],
      });
      return logoutFrom(payload);
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      throw new OidcError('logout', 'invalid', 'The logout token is not good.', error);
    }
  };
}

function logoutFrom(payload: JWTPayload): OidcLogout {
  const { jti = '', iat = 0, sub, sid, events, nonce } = payload;
  const event = isObject(events) ? events[EVENT] : undefined;
  // An ID token carries no such event and may carry a nonce: it must not pass for a logout token.
  if (!isObject(event) || nonce !== undefined) throw notGood();
  const subject = textOrNull(sub);
  const session = textOrNull(sid);
  if ((subject === null && session === null) || jti === '' || jti.length > MOST_ID_LENGTH) throw notGood();
  return { id: jti, subject, session, until: (iat + MOST_AGE_S + SKEW_S + 1) * 1000 };
}

function notGood(): OidcError {
  return new OidcError('logout', 'invalid', 'The token is not one of a logout.');
}

function textOrNull(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && value !== '' && value.length <= MOST_ID_LENGTH) return value;
  throw notGood();
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
