/** Which key is meant. */
export type KeyName =
  | { readonly kind: 'installation' }
  /** The key that is to follow the one of the installation while that is rotated. */
  | { readonly kind: 'installation-next' }
  | { readonly kind: 'tenant'; readonly tenantId: string }
  /** The key that is to follow the tenant's key while it is rotated. */
  | { readonly kind: 'tenant-next'; readonly tenantId: string }
  | { readonly kind: 'provider'; readonly providerId: string }
  /** The newest audit checkpoint of the installation or of a tenant: no secret, and outside of its database. */
  | { readonly kind: 'checkpoint'; readonly owner: string };

/** The keys that are followed by another one. */
export type RotatedKeyName = Extract<KeyName, { kind: 'installation' | 'tenant' }>;

/** Under which name the key lies that is to follow another one. */
export function nextNameOf(
  name: RotatedKeyName,
): Extract<KeyName, { kind: 'installation-next' | 'tenant-next' }> {
  return name.kind === 'installation'
    ? { kind: 'installation-next' }
    : { kind: 'tenant-next', tenantId: name.tenantId };
}

/** What is kept as text. */
export type SecretName = Extract<KeyName, { kind: 'provider' | 'checkpoint' }>;

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
   *
   * A `tenant-next` or `installation-next` is made beside the key it is to follow; one that was made before is answered.
   */
  createKey(name: Exclude<KeyName, SecretName>): Promise<Uint8Array>;

  /** The key, 32 bytes; the caller overwrites its copy when done. */
  readKey(name: Exclude<KeyName, SecretName>): Promise<Uint8Array>;

  /** Destroys a key for good. Resolves also when there was none. */
  destroyKey(name: Extract<KeyName, { kind: 'tenant' | 'tenant-next' | 'installation-next' }>): Promise<void>;

  /**
   * Puts the next key in the place of a key, which is destroyed by that.
   * @throws ConsoleError KEY_MISSING when there is no next key
   */
  adoptNextKey(name: RotatedKeyName): Promise<void>;

  readSecret(name: SecretName): Promise<string | null>;
  writeSecret(name: SecretName, secret: string): Promise<void>;
  removeSecret(name: SecretName): Promise<void>;
  /**
   * Takes a key that a recovery kit restored into keeping. The caller has made sure that it opens its database. A key
   * that is there is never replaced.
   * @throws ConsoleError CONFLICT when another key is in its place
   */
  restoreKey(name: Extract<KeyName, { kind: 'installation' | 'tenant' }>, key: Uint8Array): Promise<void>;

  /** Takes a credential of a window into keeping, so that it survives a restart of the engine. */
  rememberCredential(window: string, credential: string | null): void;
}
