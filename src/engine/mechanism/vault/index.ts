import { createHmac } from 'node:crypto';
import type { RandomSource } from '../../ports';
import {
  deriveKey,
  framed,
  KEY_BYTES,
  NONCE_BYTES,
  openBytes,
  SealError,
  sealBytes,
  TAG_BYTES,
} from '../sealing';

export { createTurns, type InTurn } from './turns';

/** A file as it is kept: its name is a keyed hash of its content. */
export interface SealedFile {
  readonly name: string;
  readonly sealed: Uint8Array;
}

/**
 * The form of a sealed file:
 *
 *     magic `RSCVLT01` (8) ‖ wrapped file key (12 nonce + 32 + 16 tag) ‖ chunk 0 ‖ chunk 1 ‖ …
 *     magic `RSCVLT02` (8) ‖ key version (4, big endian) ‖ wrapped file key ‖ chunk 0 ‖ chunk 1 ‖ …
 *
 * The first form is under version 1 of the vault's key, the second names a later version.
 *
 * Each chunk is AES-256-GCM of up to 256 KiB under the file's own random key: ciphertext ‖ tag. Its nonce is the
 * chunk's index (11 bytes, big endian) and the final flag (1 byte), its associated data the file's name, index
 * and final flag: the STREAM construction, which notices chunks that were changed, moved, repeated or cut off.
 * The file key is wrapped with the name and the version as associated data, so that two files cannot be exchanged.
 */
const MAGIC_FIRST = Buffer.from('RSCVLT01', 'ascii');
const MAGIC = Buffer.from('RSCVLT02', 'ascii');
const VERSION_BYTES = 4;
const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;
export const CHUNK_BYTES = 256 * 1024;
const NAME = /^[0-9a-f]{64}$/;

/**
 * Seals the files of one tenant. Its key has versions: new files are sealed under the newest, older ones open what they
 * sealed. The names come from the first version and never change.
 */
export class Vault {
  readonly #random: RandomSource;
  readonly #wrapping = new Map<number, Buffer>();
  readonly #naming: Buffer;
  #newest = 1;
  #isClosed = false;

  /**
   * @param key the first version: 32 bytes for this purpose alone (`FieldCipher.deriveKey('vault')`); the caller may
   * overwrite its copy
   */
  constructor(key: Uint8Array, random: RandomSource) {
    this.#random = random;
    this.#wrapping.set(1, wrappingKey(key));
    this.#naming = deriveKey(key, 'riscura/vault-naming/v1');
  }

  /** The version that new files are sealed under. */
  get newest(): number {
    return this.#newest;
  }

  /** Seals under this key from now on. @param key 32 bytes; the caller may overwrite its copy */
  addVersion(version: number, key: Uint8Array): void {
    this.#requireOpen();
    this.#wrapping.set(version, wrappingKey(key));
    this.#newest = Math.max(this.#newest, version);
  }

  /** Overwrites a version under which no file is left. The newest stays. */
  removeVersion(version: number): void {
    if (version === this.#newest) throw new RangeError('the version in use stays');
    this.#wrapping.get(version)?.fill(0);
    this.#wrapping.delete(version);
  }

  /** The name under which this content is kept: the same content has the same name within a tenant. */
  nameOf(bytes: Uint8Array): string {
    this.#requireOpen();
    return createHmac('sha256', this.#naming).update(bytes).digest('hex');
  }

  /** Seals a file under a key of its own. */
  sealFile(bytes: Uint8Array): SealedFile {
    const name = this.nameOf(bytes);
    const version = this.#newest;
    const key = Buffer.from(this.#random.bytes(KEY_BYTES));
    const nonce = this.#random.bytes(NONCE_BYTES);
    const wrapped = sealBytes(this.#wrappingOf(version), nonce, keyPlace(name, version), key);
    const parts: Uint8Array[] = [head(version), wrapped];
    const last = Math.max(0, Math.ceil(bytes.length / CHUNK_BYTES) - 1);
    for (let index = 0; index <= last; index += 1) {
      const chunk = bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
      const place = chunkPlace(name, index, index === last);
      parts.push(sealBytes(key, place.nonce, place.associated, chunk).subarray(NONCE_BYTES));
    }
    key.fill(0);
    return { name, sealed: Buffer.concat(parts) };
  }

  /** @throws SealError when the file is not the one of this name, was changed or cut, or is another tenant's */
  openFile(name: string, sealed: Uint8Array): Uint8Array {
    this.#requireOpen();
    if (!NAME.test(name)) throw new SealError('malformed');
    const { version, headBytes } = readHead(sealed);
    const bodyFrom = headBytes + WRAPPED_BYTES;
    if (sealed.length < bodyFrom + TAG_BYTES) throw new SealError('malformed');
    const wrapped = sealed.subarray(headBytes, bodyFrom);
    const key = openBytes(this.#wrappingOf(version), keyPlace(name, version), wrapped);
    const body = sealed.subarray(bodyFrom);
    const step = CHUNK_BYTES + TAG_BYTES;
    const last = Math.ceil(body.length / step) - 1;
    const parts: Buffer[] = [];
    try {
      for (let index = 0; index <= last; index += 1) {
        const { nonce, associated } = chunkPlace(name, index, index === last);
        const chunk = body.subarray(index * step, (index + 1) * step);
        parts.push(openBytes(key, associated, Buffer.concat([nonce, chunk])));
      }
    } finally {
      key.fill(0);
    }
    return Buffer.concat(parts);
  }

  /** Overwrites the keys. Nothing can be sealed or opened afterwards. */
  close(): void {
    this.#isClosed = true;
    for (const wrapping of this.#wrapping.values()) wrapping.fill(0);
    this.#wrapping.clear();
    this.#naming.fill(0);
  }

  #wrappingOf(version: number): Buffer {
    const wrapping = this.#wrapping.get(version);
    if (!wrapping) throw new SealError('unknown-key');
    return wrapping;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new SealError('closed');
  }
}

/** Under which version of the vault's key a sealed file is. @throws SealError `malformed` */
export function vaultVersionOf(sealed: Uint8Array): number {
  return readHead(sealed).version;
}

function wrappingKey(key: Uint8Array): Buffer {
  if (key.length !== KEY_BYTES) throw new RangeError('a vault key has 32 bytes');
  return deriveKey(key, 'riscura/vault-wrapping/v1');
}

function head(version: number): Uint8Array {
  if (version === 1) return MAGIC_FIRST;
  const bytes = Buffer.alloc(MAGIC.length + VERSION_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32BE(version, MAGIC.length);
  return bytes;
}

function readHead(sealed: Uint8Array): { version: number; headBytes: number } {
  const magic = sealed.subarray(0, MAGIC.length);
  if (MAGIC_FIRST.equals(magic)) return { version: 1, headBytes: MAGIC.length };
  const headBytes = MAGIC.length + VERSION_BYTES;
  if (!MAGIC.equals(magic) || sealed.length < headBytes) throw new SealError('malformed');
  const { buffer, byteOffset } = sealed;
  const version = new DataView(buffer, byteOffset + MAGIC.length, VERSION_BYTES).getUint32(0);
  // The first version has its own form, so that a file has one form alone.
  if (version < 2) throw new SealError('malformed');
  return { version, headBytes };
}

function keyPlace(name: string, version: number): Buffer {
  if (version === 1) return framed(['riscura/vault-file/v1', name]);
  return framed(['riscura/vault-file/v2', name, String(version)]);
}

function chunkPlace(name: string, index: number, final: boolean): { nonce: Buffer; associated: Buffer } {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUInt32BE(index, NONCE_BYTES - 5);
  nonce[NONCE_BYTES - 1] = final ? 1 : 0;
  const associated = framed(['riscura/vault-chunk/v1', name, String(index), final ? 'final' : 'more']);
  return { nonce, associated };
}
