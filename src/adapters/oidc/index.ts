import { randomBytes } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import * as oidc from 'openid-client';
import { parseUrl } from '../../contract';
import {
  type OidcClient,
  OidcError,
  type OidcProvider,
  type OidcProviderOptions,
  type OidcRequest,
  type OidcStep,
  type OidcTokens,
} from '../../engine/ports';
import { accessTokenHash, SIGNING_ALGORITHMS } from './algorithms';
import { boundedFetch } from './boundedFetch';
import { createLogoutReader } from './logoutToken';
import { toOidcError } from './problems';

const TIME_OUT_S = 20;
/** By how many seconds the clocks of both may differ. */
const TOLERANCE_S = 60;
/** What of the provider's description is used as an address. */
const ADDRESSES = ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'] as const;

/** OpenID Connect over `openid-client`. */
export function createOidcClient(): OidcClient {
  return { discover: (options) => at('discovery', () => discover(options)) };
}

/** Runs a step; what fails in it is told as a failure of that step. */
async function at<Result>(step: OidcStep, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw toOidcError(step, error);
  }
}

async function discover(options: OidcProviderOptions): Promise<OidcProvider> {
  const send = boundedFetch(options.fetch);
  const server = new URL(options.issuer);
  const config = await oidc.discovery(
    server,
    options.clientId,
    metadataOf(options),
    authenticationOf(options),
    {
      [oidc.customFetch]: send as oidc.CustomFetch,
      timeout: TIME_OUT_S,
      execute: [oidc.enableNonRepudiationChecks],
    },
  );
  const metadata = config.serverMetadata();
  requireSound(metadata, options);
  return providerOver(config, metadata, { ...options, fetch: send });
}

function metadataOf({ now }: OidcProviderOptions): Partial<oidc.ClientMetadata> {
  return {
    [oidc.clockSkew]: Math.round((now() - Date.now()) / 1000),
    [oidc.clockTolerance]: TOLERANCE_S,
  };
}

function authenticationOf({ authentication, secret }: OidcProviderOptions): oidc.ClientAuth {
  if (authentication === 'none') return oidc.None();
  return authentication === 'post' ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret);
}

/** @throws OidcError when what the provider says of itself must not, or cannot, be used */
function requireSound(metadata: oidc.ServerMetadata, { issuer, allows }: OidcProviderOptions): void {
  // The library lets one provider of many organisations pass for each of them.
  if (new URL(metadata.issuer).href !== new URL(issuer).href) {
    throw invalid('The provider names another issuer than the one that is given here.');
  }
  for (const name of ADDRESSES) {
    const address = metadata[name];
    if (address === undefined) {
      if (name === 'userinfo_endpoint') continue;
      throw invalid(`The provider does not say its ${name}.`);
    }
    if (!allows(address))
      throw invalid(`Its ${name} is at ${originOf(address)}, a server that is not allowed here.`);
  }
  if (algorithmsOf(metadata).length === 0) throw invalid('The provider signs in no way that is taken.');
  const methods = metadata.code_challenge_methods_supported;
  if (methods !== undefined && !methods.includes('S256')) {
    throw invalid('The provider does not protect codes with PKCE (S256).');
  }
}

function invalid(words: string): OidcError {
  return new OidcError('discovery', 'invalid', words);
}

function originOf(address: string): string {
  return parseUrl(address)?.origin ?? 'an address that cannot be read';
}

function algorithmsOf({
  id_token_signing_alg_values_supported: named = ['RS256'],
}: oidc.ServerMetadata): string[] {
  return SIGNING_ALGORITHMS.filter((name) => named.includes(name));
}

function providerOver(
  config: oidc.Configuration,
  metadata: oidc.ServerMetadata,
  options: OidcProviderOptions,
): OidcProvider {
  const { fetch: send, now } = options;
  const algorithms = algorithmsOf(metadata);
  const jwksUri = metadata.jwks_uri ?? '';

  /** @throws OidcError when the ID token is signed otherwise, or names another access token */
  function requireOwn(idToken: string, claims: oidc.IDToken, accessToken: string): void {
    const { alg = '' } = decodeProtectedHeader(idToken);
    if (!algorithms.includes(alg)) {
      throw new OidcError('token', 'invalid', 'The ID token is signed in a way that is not taken.');
    }
    if (claims.at_hash !== undefined && claims.at_hash !== accessTokenHash(alg, accessToken)) {
      throw new OidcError('token', 'invalid', 'The ID token belongs to another access token.');
    }
  }

  function tokensFrom(answer: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers): OidcTokens {
    const claims = answer.claims() ?? null;
    if (claims && answer.id_token) requireOwn(answer.id_token, claims, answer.access_token);
    const seconds = answer.expires_in;
    return {
      claims,
      accessToken: answer.access_token,
      accessUntil: seconds === undefined ? null : now() + seconds * 1000,
      refreshToken: answer.refresh_token ?? null,
    };
  }

  return {
    tellsLogouts: metadata.backchannel_logout_supported === true,
    hasUserInfo: metadata.userinfo_endpoint !== undefined,

    loadKeys: () =>
      at('keys', async () => {
        const response = await send(jwksUri, { headers: { accept: 'application/json' } });
        const body: unknown = response.ok ? await response.json().catch(() => null) : null;
        const keys = isKeySet(body) ? body.keys.length : 0;
        if (keys > 0) return keys;
        throw new OidcError('keys', 'invalid', 'Where the provider says its keys are, there are none.');
      }),

    proveClient: (redirectUri) =>
      at('client', async () => {
        const code = randomBytes(32).toString('base64url');
        try {
          await oidc.genericGrantRequest(config, 'authorization_code', {
            code,
            redirect_uri: redirectUri,
            code_verifier: oidc.randomPKCECodeVerifier(),
          });
        } catch (error) {
          // It knows the client when it is the code alone that it does not take.
          if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') return;
          throw error;
        }
      }),

    async authorizationUrl(request) {
      const { redirectUri, scopes, state, nonce, verifier, afresh, consent } = request;
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: scopes,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(afresh ? { prompt: 'login', max_age: '0' } : {}),
        ...(consent && !afresh ? { prompt: 'consent' } : {}),
      });
      return url.href;
    },

    redeem: (query, request) => redeem(config, query, request).then(tokensFrom).catch(rethrow('token')),

    refresh: (refreshToken) =>
      at('token', async () => tokensFrom(await oidc.refreshTokenGrant(config, refreshToken))),

    userInfo: (accessToken, subject) =>
      at('person', async () => ({ ...(await oidc.fetchUserInfo(config, accessToken, subject)) })),

    readLogout: createLogoutReader(options, metadata.issuer, jwksUri, algorithms),
  };
}

function rethrow(step: OidcStep): (error: unknown) => never {
  return (error) => {
    throw toOidcError(step, error);
  };
}

async function redeem(config: oidc.Configuration, query: URLSearchParams, request: OidcRequest) {
  const current = new URL(request.redirectUri);
  current.search = query.toString();
  return at(query.has('error') ? 'answer' : 'token', () =>
    oidc.authorizationCodeGrant(config, current, {
      expectedState: request.state,
      expectedNonce: request.nonce,
      pkceCodeVerifier: request.verifier,
      idTokenExpected: true,
      ...(request.afresh ? { maxAge: 0 } : {}),
    }),
  );
}

function isKeySet(value: unknown): value is { keys: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys);
}
