/** Where a SAML answer is stopped, in the order in which it is looked at. */
export type SamlStep =
  /** Its form: base64, XML within bounds, the shape of a response. */
  | 'answer'
  /** What the provider says of the request. */
  | 'status'
  | 'decryption'
  | 'signature'
  /** For whom it is and what it answers. */
  | 'addressee'
  | 'validity'
  /** Who it is about. */
  | 'person';

/** A SAML document that is not taken. The words are for whoever sets the provider up. */
export class SamlError extends Error {
  override readonly name = 'SamlError';

  constructor(
    readonly step: SamlStep,
    readonly words: string,
    cause?: unknown,
  ) {
    super(`the SAML document is refused at ${step}`, { cause });
  }
}

/** A provider that vouches for people, as its metadata describe it. */
export interface SamlIdentityProvider {
  readonly entityId: string;
  /** Where the browser is sent, by the HTTP-Redirect binding. */
  readonly ssoUrl: string;
  /** In PEM. A signature of any of them holds, so that a new one can be given before the old one goes. */
  readonly certificates: readonly string[];
}

/** An RSA key with its certificate, signed by itself, both in PEM. */
export interface SamlKey {
  readonly privateKey: string;
  readonly certificate: string;
}

/** This console, as one provider knows it. */
export interface SamlService {
  readonly entityId: string;
  /** Where the browser brings the answer, by the HTTP-POST binding. */
  readonly acsUrl: string;
  readonly key: SamlKey;
}

export interface SamlRequest {
  readonly provider: SamlIdentityProvider;
  readonly service: SamlService;
  /** An NCName that was never used before. */
  readonly requestId: string;
  readonly relayState: string;
  /** The URI of a name identifier's format; `null` to leave it to the provider. */
  readonly nameIdFormat: string | null;
  readonly signed: boolean;
  /** Whether the person must prove who they are anew, however lately they did. */
  readonly afresh: boolean;
}

export interface SamlExpectation {
  readonly provider: SamlIdentityProvider;
  readonly service: SamlService;
  /** The request that the answer must be to. */
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** By how many milliseconds the clocks of both may differ. */
  readonly skewMs: number;
  /** Since when the person must have proved who they are, in milliseconds since 1970; `null` for whenever. */
  readonly provenSince: number | null;
}

/** What a provider vouches for, read of the signed bytes alone. */
export interface SamlAssertion {
  readonly nameId: string;
  /** The URI of its format. */
  readonly nameIdFormat: string;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** Until when the provider lets a session last, in milliseconds since 1970. */
  readonly sessionUntil: number | null;
}

/**
 * The service provider's side of the Web Browser SSO Profile (OASIS saml-profiles-2.0-os 4.1), without a network:
 * all of it travels by the browser.
 */
export interface SamlServiceProvider {
  /** @param name the common name of its certificate */
  createKey(name: string, now: number): Promise<SamlKey>;
  /** @throws SamlError `answer` when they are not the metadata of one identity provider */
  readMetadata(xml: string): SamlIdentityProvider;
  /** The metadata of this console, for the provider. */
  metadataOf(service: SamlService, signed: boolean): string;
  /** The address that the browser is sent to. */
  requestUrl(request: SamlRequest): Promise<string>;
  /**
   * Holds an answer against what is expected of it.
   * @param response the field `SAMLResponse` of the posted form
   * @param passed told of each step that was passed
   * @throws SamlError
   */
  read(
    response: string,
    expectation: SamlExpectation,
    passed?: (step: SamlStep) => void,
  ): Promise<SamlAssertion>;
}
