import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { OidcError, type OidcStep } from '../../engine/ports';

/** What the codes of OAuth 2.0 mean (RFC 6749 4.1.2.1 and 5.2; OpenID Connect Core 3.1.2.6). */
const OAUTH_WORDS: Readonly<Record<string, string>> = {
  access_denied: 'The provider, or the person, said no.',
  consent_required: 'The provider wants the person’s consent first.',
  invalid_client: 'The provider does not know this client, or its secret is another.',
  invalid_grant: 'The provider does not take the code or token any more.',
  invalid_request: 'The provider says that something in the request is not as it wants it.',
  invalid_scope: 'The provider does not know one of the scopes.',
  invalid_token: 'The provider does not take the token any more.',
  login_required: 'The provider wants the person to sign in first.',
  server_error: 'The provider made a mistake.',
  temporarily_unavailable: 'The provider is not available for a moment.',
  unauthorized_client: 'The provider does not let this client sign in this way.',
  unsupported_grant_type: 'The provider does not let this client sign in this way.',
};
const UNAVAILABLE = new Set(['server_error', 'temporarily_unavailable']);

/** What a library's checks of a token or an answer say, by its code. */
const CHECK_WORDS: Readonly<Record<string, string>> = {
  OAUTH_JWT_CLAIM_COMPARISON_FAILED:
    'A token is not for this sign-in: issuer, audience, nonce or person differ.',
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'A token is expired or not valid yet. The clocks may differ.',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED:
    'The provider names itself, or the person, otherwise than expected.',
  OAUTH_INVALID_RESPONSE: 'The answer is not the one to this request.',
  OAUTH_UNSUPPORTED_OPERATION: 'The signature of a token is of a kind that is not taken.',
  OAUTH_KEY_SELECTION_FAILED: 'A token is signed with a key that the provider does not publish.',
  OAUTH_RESPONSE_IS_NOT_CONFORM: 'The provider answered with another status than it should.',
  OAUTH_RESPONSE_IS_NOT_JSON: 'The provider did not answer in JSON.',
  OAUTH_PARSE_ERROR: 'The provider’s answer cannot be read.',
  OAUTH_TIMEOUT: 'The provider did not answer in time.',
};

/**
 * What an error of the library means. What the broker or the network threw goes through as it is.
 */
export function toOidcError(step: OidcStep, error: unknown): unknown {
  if (error instanceof OidcError) return error;
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError) {
    return fromOAuth(step, error.error, error);
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    const [challenge] = error.cause;
    const code = challenge?.parameters.error ?? (error.status === 401 ? 'invalid_token' : 'invalid_request');
    return fromOAuth(step, code, error);
  }
  if (!(error instanceof ClientError)) return error;
  const beneath = innermost(error);
  if (beneath instanceof OidcError) return beneath;
  const words = CHECK_WORDS[error.code ?? ''];
  if (error.code === 'OAUTH_TIMEOUT') return new OidcError(step, 'unavailable', words ?? '', error);
  if (words === undefined && beneath !== error) return beneath;
  const isDown = error.code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' && statusOf(error.cause) >= 500;
  return new OidcError(
    step,
    isDown ? 'unavailable' : 'invalid',
    words ?? 'The provider’s answer is not as OpenID Connect has it.',
    error,
  );
}

function fromOAuth(step: OidcStep, code: string, cause: unknown): OidcError {
  const words = OAUTH_WORDS[code] ?? 'The provider refused with a code of its own.';
  return new OidcError(step, UNAVAILABLE.has(code) ? 'unavailable' : 'refused', words, cause);
}

/** The library wraps what `fetch` threw. */
function innermost(error: ClientError): unknown {
  return error.cause instanceof Error && error.code === undefined ? error.cause : error;
}

function statusOf(cause: unknown): number {
  return cause instanceof Response ? cause.status : 0;
}
