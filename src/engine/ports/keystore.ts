/** Which key is meant. */
export type KeyName =
  | { readonly kind: 'installation' }
  | { readonly kind: 'tenant'; readonly tenantId: string }
  | { readonly kind: 'provider'; readonly providerId: string };

export interface KeystoreState {
  /** What the keys are kept in, in words: `Secret Service`, `macOS Keychain`, … */
  readonly kind: string;
  readonly state: 'ready' | 'unavailable' | 'insecure';
}

/**
 * The engine's side of the custodian, who alone holds the keychain.
 *
 * Nothing here makes a key for a database that exists: the custodian looks at the data folder itself and
 * refuses, whatever the engine says. All methods throw ConsoleError `KEYSTORE_UNAVAILABLE`,
 * `KEYSTORE_INSECURE` or `KEY_MISSING`.
 */
export interface Keystore {
  state(): Promise<KeystoreState>;

  /**
   * Makes a new random 256-bit key and keeps it. Only for a tenant (or an installation) without a database.
   * When the key of this name exists already and its database does not, that key is answered, so that an
   * interrupted creation can go on.
   */
  createKey(name: Exclude<KeyName, { kind: 'provider' }>): Promise<Uint8Array>;

  /** The key, 32 bytes; the caller overwrites its copy when done. */
  readKey(name: Exclude<KeyName, { kind: 'provider' }>): Promise<Uint8Array>;

  /** Destroys a tenant's key for good. Resolves also when there was none. */
  destroyKey(name: Extract<KeyName, { kind: 'tenant' }>): Promise<void>;

  readSecret(name: Extract<KeyName, { kind: 'provider' }>): Promise<string | null>;
  writeSecret(name: Extract<KeyName, { kind: 'provider' }>, secret: string): Promise<void>;
  removeSecret(name: Extract<KeyName, { kind: 'provider' }>): Promise<void>;

  /** Takes a credential of a window into keeping, so that it survives a restart of the engine. */
  rememberCredential(window: string, credential: string | null): void;
}
