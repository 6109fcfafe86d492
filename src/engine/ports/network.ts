/** The broker's leave to open connections to one endpoint. Nothing else can make one. */
export interface ConnectionGrant {
  readonly host: string;
  readonly port: number;
  /** The only addresses that may be connected to; empty means that the name must be looked up first. */
  readonly addresses: readonly string[];
  /** Certificates of the house's own authorities in PEM, trusted beside the public ones. */
  readonly authorities?: readonly string[];
  /** Awaited before each socket is opened: the ledger's entry. Throws to refuse. */
  readonly beforeConnect: (address: string) => Promise<void>;
}

/** One open connection, for protocols that are not HTTP. */
export interface GrantedConnection {
  /** The socket of the platform, for the adapter that speaks the protocol; the engine only hands it on. */
  readonly socket: object;
  /**
   * Goes on over TLS 1.2 or later on the same connection, from its next byte. The far end must prove to be the host
   * that was granted. This connection is not used any more afterwards.
   * @throws Error with the platform's `code` when it cannot
   */
  secure(): Promise<GrantedConnection>;
  /**
   * Sends all, ends the connection and resolves when the far end has closed it in order: it has read everything then.
   * @throws Error with the platform's `code`; then it is not known what arrived
   */
  deliver(bytes: Uint8Array): Promise<void>;
  destroy(): void;
}

/** An HTTP client that can only go where a grant says. Redirects are never followed. */
export interface GrantedClient {
  /** Throws what `beforeConnect` threw; otherwise as `fetch` does. */
  readonly fetch: typeof fetch;
  /** Resolves when the requests that run have ended. Never rejects. */
  close(): Promise<void>;
}

/** The only way to the network. Used by the egress broker alone. */
export interface Network {
  /** Asks the system's resolver. @param grant needed because a look-up itself leaves the machine */
  lookup(host: string, grant: { readonly purpose: string }): Promise<string[]>;
  client(grant: ConnectionGrant): GrantedClient;
  /**
   * Opens one TCP connection to the first of the granted addresses that answers.
   * @throws what `beforeConnect` threw, or an Error with the platform's `code`
   */
  connect(grant: ConnectionGrant): Promise<GrantedConnection>;
}
