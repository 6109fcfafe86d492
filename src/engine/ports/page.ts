/** The page that a call was made by, as its transport knows it and not as the page says. */
export interface Page {
  /** Scheme, host and port as a browser writes them (RFC 6454): `https://console.example:8443`. */
  readonly origin: string;
  /** The host name alone, by which keys are bound (the RP ID of WebAuthn Level 3, 4). */
  readonly host: string;
  /** What tells the page from others of the same host: a tab. */
  readonly window: string;
}
