import type { GrantedConnection } from './network';

/** What a directory did not do. */
export type DirectoryProblem =
  /** It did not answer, or closed the connection. */
  | 'unavailable'
  /** It does not take the name or the password. */
  | 'credentials'
  /** It refuses to do this for whoever asks: rights, or the protection that it demands. */
  | 'refused'
  /** It does not know the entry that the search begins at. */
  | 'no-such-base'
  /** A distinguished name is not well formed. */
  | 'bad-name'
  /** A filter is not well formed (RFC 4515). */
  | 'bad-filter'
  /** It offers no StartTLS, or the change to TLS failed. */
  | 'no-tls'
  /** It answered what is not LDAP, or more than is ever right. */
  | 'protocol';

/** What a directory's client throws. The cause stays inside. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly problem: DirectoryProblem;

  constructor(problem: DirectoryProblem, cause?: unknown) {
    super(`the directory did not do it: ${problem}`, { cause });
    this.problem = problem;
  }
}

/**
 * A condition of a search. A value is never a part of a filter's text, so no character in it means anything.
 * `filter` is the administrator's own text (RFC 4515) and holds nothing of whoever signs in.
 */
export type DirectoryCondition =
  | { readonly attribute: string; readonly value: string }
  /** @see RFC 4511 4.5.1.7.7, extensibleMatch */
  | { readonly attribute: string; readonly rule: string; readonly value: string }
  | { readonly attribute: string; readonly hex: string }
  | { readonly filter: string };

export interface DirectorySearch {
  readonly base: string;
  readonly scope: 'base' | 'sub';
  /** All of them must hold. */
  readonly where: readonly DirectoryCondition[];
  readonly attributes: readonly string[];
  /** Attributes whose values are bytes: they come as lower-case hexadecimal digits. */
  readonly binary?: readonly string[];
  /** Entries at most. */
  readonly limit: number;
}

export interface DirectoryEntry {
  readonly dn: string;
  /** By the attribute's name in lower case. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** A conversation with a directory. Referrals are not followed. All methods throw {@link DirectoryError}. */
export interface DirectorySession {
  /**
   * Simple bind (RFC 4513 5.1).
   * @throws DirectoryError `credentials` also for a name without a password, which a directory would take for
   *   anonymous and answer with success
   */
  bind(dn: string, password: string): Promise<void>;
  search(search: DirectorySearch): Promise<DirectoryEntry[]>;
  close(): void;
}

/** Speaks LDAPv3 (RFC 4511) over a connection that the egress broker opened. */
export interface DirectoryClient {
  /**
   * @param protection `tls` for TLS from the first byte, `start-tls` to ask for it first (RFC 4511 4.14)
   * @throws DirectoryError, or the platform's error of the TLS hand-shake; the connection is destroyed then
   */
  open(connection: GrantedConnection, protection: 'none' | 'tls' | 'start-tls'): Promise<DirectorySession>;
}
