/** The broker's leave to open connections to one endpoint. Nothing else can make one. */
export interface ConnectionGrant {
  readonly host: string;
  readonly port: number;
  /** The only addresses that may be connected to; empty means that the name must be looked up first. */
  readonly addresses: readonly string[];
  /** Awaited before each socket is opened: the ledger's entry. Throws to refuse. */
  readonly beforeConnect: (address: string) => Promise<void>;
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
}
