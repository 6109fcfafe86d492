/** At what an OpenID provider, or its answer, failed. */
export type OidcStep =
  /** Its description of itself. */
  | 'discovery'
  /** The keys that it signs with. */
  | 'keys'
  /** The console's own name and secret. */
  | 'client'
  /** What the browser came back with. */
  | 'answer'
  /** What it gave for the code, or for a refresh token. */
  | 'token'
  /** What it says of the person. */
  | 'person'
  /** What it says of somebody who signed out. */
  | 'logout';

/** What an OpenID provider did not do, or did wrongly. The words hold nothing secret; the cause stays inside. */
export class OidcError extends Error {
  override readonly name = 'OidcError';

  constructor(
    readonly step: OidcStep,
    /** `refused` when it says no, `unavailable` when it does not answer, `invalid` when its answer is not good. */
    readonly problem: 'refused' | 'unavailable' | 'invalid',
    readonly words: string,
    cause?: unknown,
  ) {
    super(`the OpenID provider failed at ${step}: ${problem}`, { cause });
  }
}

export interface OidcProviderOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Empty when the client has none. */
  readonly secret: string;
  /** How the client says who it is at the token endpoint (OpenID Connect Core 9). */
  readonly authentication: 'basic' | 'post' | 'none';
  /** Goes where the egress broker lets it; throws its ConsoleError. */
  readonly fetch: typeof fetch;
  /** Whether an address that the provider names may be used. */
  readonly allows: (url: string) => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What is sent with the browser, and expected back. All of it is used once. */
export interface OidcRequest {
  readonly redirectUri: string;
  readonly scopes: string;
  readonly state: string;
  readonly nonce: string;
  /** 43 to 128 characters (RFC 7636 4.1). */
  readonly verifier: string;
  /** Whether the person must prove who they are anew, however lately they did. */
  readonly afresh: boolean;
  /** Whether the person is asked for consent; some providers give a refresh token only then (Core 11). */
  readonly consent: boolean;
}

/** Claims that were checked to be the provider's. */
export type OidcClaims = Readonly<Record<string, unknown>>;

export interface OidcTokens {
  /** Of the ID token; `null` when a refresh brought none. */
  readonly claims: OidcClaims | null;
  readonly accessToken: string;
  /** Milliseconds since 1970; `null` when the provider does not say. */
  readonly accessUntil: number | null;
  readonly refreshToken: string | null;
}

/** A logout token that is good (OpenID Connect Back-Channel Logout 1.0, 2.4). One of subject and session is there. */
export interface OidcLogout {
  readonly id: string;
  readonly subject: string | null;
  readonly session: string | null;
  /** Milliseconds since 1970 from which on the token would not be taken any more. */
  readonly until: number;
}

/** One OpenID provider, as it described itself. All methods throw {@link OidcError} or what `fetch` threw. */
export interface OidcProvider {
  /** Whether it says that it tells of sign-outs. */
  readonly tellsLogouts: boolean;
  readonly hasUserInfo: boolean;
  /** Fetches its keys. @returns how many there are */
  loadKeys(): Promise<number>;
  /** Sees whether it knows this client, with a code that it cannot know. */
  proveClient(redirectUri: string): Promise<void>;
  /** The address to which the browser is sent: the code flow with PKCE S256. */
  authorizationUrl(request: OidcRequest): Promise<string>;
  /** Holds the answer of the browser against the request, and has the tokens given for its code. */
  redeem(query: URLSearchParams, request: OidcRequest): Promise<OidcTokens>;
  /** @throws OidcError `refused` when it is not taken any more */
  refresh(refreshToken: string): Promise<OidcTokens>;
  /**
   * What it says of the person now.
   * @throws OidcError `refused` when the token is not taken any more, `invalid` when it is about somebody else
   */
  userInfo(accessToken: string, subject: string): Promise<OidcClaims>;
  /** @throws OidcError `invalid` */
  readLogout(token: string): Promise<OidcLogout>;
}

/** Speaks OpenID Connect Core 1.0 as a relying party. */
export interface OidcClient {
  /** Fetches what the provider says of itself (OpenID Connect Discovery 1.0). @throws OidcError, or what `fetch` threw */
  discover(options: OidcProviderOptions): Promise<OidcProvider>;
}
