/** What a browser or a provider asks at one of the addresses of sign-on. */
export interface ListenerRequest {
  readonly method: 'GET' | 'POST';
  /** From the first slash to the question mark, as it came. */
  readonly path: string;
  /** Behind the question mark, as it came. */
  readonly query: string;
  /** The form or token of a POST, as it came; empty for a GET. */
  readonly body: string;
}

export interface ListenerAnswer {
  readonly status: number;
  readonly type: 'text/html' | 'text/plain' | 'application/json' | 'application/xml';
  readonly body: string;
}

export interface ListenerPlace {
  /** The address of this machine to listen at, in plain notation. */
  readonly address: string;
  readonly port: number;
  /** The only name, with the port, under which requests are answered. */
  readonly authority: string;
  /** Certificate chain and private key, both in PEM. */
  readonly certificate: string;
  readonly key: string;
}

/** What answers at the addresses of sign-on. */
export interface ListenerService {
  /** Whether anything is ever answered there; asked before a body is read. */
  admits(method: string, path: string): boolean;
  /** Never rejects; `null` is answered as any other address is: 404 without a word. */
  answer(request: ListenerRequest): Promise<ListenerAnswer | null>;
}

export interface OpenListener {
  /** Closes it, and the connections that it has. */
  close(): Promise<void>;
}

/** Makes the TLS listener of sign-on by a browser. Nothing else in the console listens at a port. */
export interface SsoListener {
  /**
   * @throws Error with the platform's `code` when it cannot listen there, or the certificate cannot be used
   */
  open(place: ListenerPlace, service: ListenerService): Promise<OpenListener>;
  /**
   * Makes a certificate that is signed by itself, with its key, both in PEM.
   * @param names host names and addresses that it is for
   * @param now milliseconds since 1970; it is valid from a day before
   */
  makeCertificate(names: readonly string[], now: number): Promise<{ certificate: string; key: string }>;
}

/** The browser of the system. */
export interface BrowserOpener {
  /**
   * Shows a page in the browser that the person uses.
   * @param url https only
   * @throws ConsoleError BROWSER_UNAVAILABLE
   */
  open(url: string): Promise<void>;
}
