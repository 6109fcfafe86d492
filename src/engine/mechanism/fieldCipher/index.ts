import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { RandomSource } from '../../ports';
import { deriveKey, framed, KEY_BYTES, NONCE_BYTES, openBytes, SealError, sealBytes } from '../sealing';
import { createTokenizer } from './searchTokens';

export { SealError, type SealProblem } from '../sealing';

/** Where a sealed text stands. A text moved to another place does not open. */
export interface Place {
  readonly table: string;
  readonly column: string;
  /** The row's id. */
  readonly row: string;
}

/** A field key as it is kept in the tenant's database: sealed under the tenant's key. */
export interface WrappedKey {
  readonly version: number;
  readonly wrapped: string;
}

/** A field key: its bytes, to be wrapped again, and imported once for the ciphers. */
interface FieldKey {
  readonly bytes: Buffer;
  readonly imported: KeyObject;
}

const FORMAT = 'v1';
const SEALED = /^v1\.([1-9][0-9]{0,8})\.([A-Za-z0-9_-]+)$/;

/**
 * The second layer over the words of a tenant, inside its encrypted database: AES-256-GCM under field keys that
 * are random, carry a version, and are kept wrapped under the tenant's key. Rotating the tenant's key re-wraps
 * them and re-encrypts nothing. A nonce is 96 random bits, so a version is to be followed by another long
 * before 2^32 texts.
 *
 * Keyed hashes, search tokens and keys for other purposes come from the first version and therefore never
 * change; that version is never removed.
 */
export class FieldCipher {
  readonly #random: RandomSource;
  readonly #keys = new Map<number, FieldKey>();
  readonly #wrapped = new Map<number, string>();
  readonly #root: Buffer;
  #hashKey: KeyObject | null;
  readonly #tokenizer: ReturnType<typeof createTokenizer>;
  #wrapping: Buffer;
  #newest = 0;

  private constructor(tenantKey: Uint8Array, wrapped: readonly WrappedKey[], random: RandomSource) {
    this.#random = random;
    this.#wrapping = wrappingKey(tenantKey);
    for (const { version, wrapped: text } of wrapped) {
      this.#keys.set(version, fieldKey(unwrap(this.#wrapping, version, text)));
      this.#wrapped.set(version, text);
      this.#newest = Math.max(this.#newest, version);
    }
    if (this.#newest === 0) this.#makeVersion();
    const root = this.#keys.get(1);
    if (!root) throw new SealError('unknown-key');
    this.#root = root.bytes;
    this.#hashKey = importAndErase(deriveKey(this.#root, 'riscura/keyed-hash/v1'));
    this.#tokenizer = createTokenizer(importAndErase(deriveKey(this.#root, 'riscura/search-tokens/v1')));
  }

  /** Makes the first field key of a new tenant. `wrappedKeys` is then kept in its database. */
  static create(tenantKey: Uint8Array, random: RandomSource): FieldCipher {
    return new FieldCipher(tenantKey, [], random);
  }

  /** @throws SealError `tampered` when a key is not wrapped under this tenant's key */
  static load(tenantKey: Uint8Array, wrapped: readonly WrappedKey[], random: RandomSource): FieldCipher {
    if (wrapped.length === 0) throw new SealError('unknown-key');
    return new FieldCipher(tenantKey, wrapped, random);
  }

  /** All versions, wrapped, as they are to be kept. */
  get wrappedKeys(): readonly WrappedKey[] {
    return [...this.#wrapped].map(([version, wrapped]) => ({ version, wrapped }));
  }

  /** Adds a field key that is used from now on; older versions still open what they sealed. */
  addVersion(): WrappedKey {
    this.#requireOpen();
    return this.#makeVersion();
  }

  /** A field key that is not used before it was kept: see {@link adoptVersion}. */
  draftVersion(): WrappedKey {
    this.#requireOpen();
    const version = this.#newest + 1;
    const key = Buffer.from(this.#random.bytes(KEY_BYTES));
    const wrapped = this.#wrap(this.#wrapping, version, key);
    key.fill(0);
    return { version, wrapped };
  }

  /**
   * Uses a field key from now on that was drafted and is kept now; older versions still open what they sealed.
   * @throws SealError `tampered` when it was wrapped under another key than the present one of the tenant
   */
  adoptVersion({ version, wrapped }: WrappedKey): void {
    this.#requireOpen();
    this.#keys.set(version, fieldKey(unwrap(this.#wrapping, version, wrapped)));
    this.#wrapped.set(version, wrapped);
    this.#newest = Math.max(this.#newest, version);
  }

  /** All versions wrapped under another key of the tenant, to be kept beside the present ones while it is rotated. */
  wrappedUnder(tenantKey: Uint8Array): readonly WrappedKey[] {
    this.#requireOpen();
    const wrapping = wrappingKey(tenantKey);
    const wrapped = [...this.#keys].map(([version, { bytes }]) => ({
      version,
      wrapped: this.#wrap(wrapping, version, bytes),
    }));
    wrapping.fill(0);
    return wrapped;
  }

  /** Wraps all versions under a new key of the tenant; what they sealed stays as it is. */
  rewrap(newTenantKey: Uint8Array): readonly WrappedKey[] {
    this.#requireOpen();
    const wrapping = wrappingKey(newTenantKey);
    for (const [version, { bytes }] of this.#keys) {
      this.#wrapped.set(version, this.#wrap(wrapping, version, bytes));
    }
    this.#wrapping.fill(0);
    this.#wrapping = wrapping;
    return this.wrappedKeys;
  }

  /** Seals a text for its place: `v1.<key version>.<base64url of nonce, ciphertext and tag>`. */
  seal(place: Place, text: string): string {
    const version = this.#newest;
    const nonce = this.#random.bytes(NONCE_BYTES);
    const sealed = sealBytes(
      this.#key(version),
      nonce,
      associated(place, version),
      Buffer.from(text, 'utf8'),
    );
    return `${FORMAT}.${version}.${sealed.toString('base64url')}`;
  }

  /** @throws SealError when the text was changed, moved, cut or sealed under a key that is not here */
  open(place: Place, sealed: string): string {
    const [, digits, body] = SEALED.exec(sealed) ?? [];
    if (digits === undefined || body === undefined) throw new SealError('malformed');
    const version = Number(digits);
    const bytes = Buffer.from(body, 'base64url');
    // Base64url has spare bits at its end; only the one canonical spelling is accepted.
    if (bytes.toString('base64url') !== body) throw new SealError('malformed');
    const plain = openBytes(this.#key(version), associated(place, version), bytes);
    const text = plain.toString('utf8');
    plain.fill(0);
    return text;
  }

  /** HMAC-SHA256 in hexadecimal under a key of this tenant: says that two texts are equal and nothing else. */
  keyedHash(text: string | Uint8Array): string {
    if (!this.#hashKey) throw new SealError('closed');
    return createHmac('sha256', this.#hashKey).update(text).digest('hex');
  }

  /** The words of a text as keyed tokens, each once, for an index over sealed text. */
  searchTokens(text: string): string[] {
    this.#requireOpen();
    return this.#tokenizer.tokens(text);
  }

  /** A key of this tenant for another purpose; the caller overwrites it when done. It survives rotations. */
  deriveKey(purpose: string): Uint8Array {
    this.#requireOpen();
    return deriveKey(this.#root, `riscura/purpose/${purpose}/v1`);
  }

  /**
   * Overwrites all keys. Nothing can be sealed or opened afterwards. What was imported for the ciphers is let go
   * of; OpenSSL overwrites it when it is collected.
   */
  close(): void {
    for (const { bytes } of this.#keys.values()) bytes.fill(0);
    this.#keys.clear();
    this.#wrapping.fill(0);
    this.#hashKey = null;
    this.#tokenizer.close();
  }

  #makeVersion(): WrappedKey {
    const version = this.#newest + 1;
    const key = Buffer.from(this.#random.bytes(KEY_BYTES));
    const wrapped = this.#wrap(this.#wrapping, version, key);
    this.#keys.set(version, fieldKey(key));
    this.#wrapped.set(version, wrapped);
    this.#newest = version;
    return { version, wrapped };
  }

  #key(version: number): KeyObject {
    this.#requireOpen();
    const key = this.#keys.get(version);
    if (!key) throw new SealError('unknown-key');
    return key.imported;
  }

  #requireOpen(): void {
    if (this.#keys.size === 0) throw new SealError('closed');
  }

  #wrap(wrapping: Buffer, version: number, key: Buffer): string {
    const sealed = sealBytes(wrapping, this.#random.bytes(NONCE_BYTES), keyPlace(version), key);
    return sealed.toString('base64url');
  }
}

function fieldKey(bytes: Buffer): FieldKey {
  return { bytes, imported: createSecretKey(bytes) };
}

/** Only the imported form of the key is left. */
function importAndErase(bytes: Buffer): KeyObject {
  const imported = createSecretKey(bytes);
  bytes.fill(0);
  return imported;
}

function wrappingKey(tenantKey: Uint8Array): Buffer {
  if (tenantKey.length !== KEY_BYTES) throw new RangeError('a tenant key has 32 bytes');
  return deriveKey(tenantKey, 'riscura/field-key-wrapping/v1');
}

function keyPlace(version: number): Buffer {
  return framed(['riscura/field-key/v1', String(version)]);
}

function unwrap(wrapping: Buffer, version: number, wrapped: string): Buffer {
  if (!Number.isInteger(version) || version < 1) throw new SealError('malformed');
  const key = openBytes(wrapping, keyPlace(version), Buffer.from(wrapped, 'base64url'));
  if (key.length !== KEY_BYTES) throw new SealError('malformed');
  return key;
}

function associated(place: Place, version: number): Buffer {
  return framed(['riscura/field/v1', place.table, place.column, place.row, String(version)]);
}
