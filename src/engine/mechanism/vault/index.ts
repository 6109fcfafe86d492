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

/** A file as it is kept: its name is a keyed hash of its content. */
export interface SealedFile {
  readonly name: string;
  readonly sealed: Uint8Array;
}

/**
 * The form of a sealed file:
 *
 *     magic `RSCVLT01` (8) ‖ wrapped file key (12 nonce + 32 + 16 tag) ‖ chunk 0 ‖ chunk 1 ‖ …
 *
 * Each chunk is AES-256-GCM of up to 256 KiB under the file's own random key: ciphertext ‖ tag. Its nonce is the
 * chunk's index (11 bytes, big endian) and the final flag (1 byte), its associated data the file's name, index
 * and final flag: the STREAM construction, which notices chunks that were changed, moved, repeated or cut off.
 * The file key is wrapped with the name as associated data, so that two files cannot be exchanged.
 */
const MAGIC = Buffer.from('RSCVLT01', 'ascii');
const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;
const HEADER_BYTES = MAGIC.length + WRAPPED_BYTES;
export const CHUNK_BYTES = 256 * 1024;
const NAME = /^[0-9a-f]{64}$/;

/** Seals the files of one tenant. */
export class Vault {
  readonly #random: RandomSource;
  readonly #wrapping: Buffer;
  readonly #naming: Buffer;
  #isClosed = false;

  /** @param key 32 bytes for this purpose alone (`FieldCipher.deriveKey('vault')`); the caller may overwrite its copy */
  constructor(key: Uint8Array, random: RandomSource) {
    if (key.length !== KEY_BYTES) throw new RangeError('a vault key has 32 bytes');
    this.#random = random;
    this.#wrapping = deriveKey(key, 'riscura/vault-wrapping/v1');
    this.#naming = deriveKey(key, 'riscura/vault-naming/v1');
  }

  /** The name under which this content is kept: the same content has the same name within a tenant. */
  nameOf(bytes: Uint8Array): string {
    this.#requireOpen();
    return createHmac('sha256', this.#naming).update(bytes).digest('hex');
  }

  /** Seals a file under a key of its own. */
  sealFile(bytes: Uint8Array): SealedFile {
    const name = this.nameOf(bytes);
    const key = Buffer.from(this.#random.bytes(KEY_BYTES));
    const wrapped = sealBytes(this.#wrapping, this.#random.bytes(NONCE_BYTES), keyPlace(name), key);
    const parts: Uint8Array[] = [MAGIC, wrapped];
    const last = Math.max(0, Math.ceil(bytes.length / CHUNK_BYTES) - 1);
    for (let index = 0; index <= last; index += 1) {
      const chunk = bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
      const { nonce, associated } = chunkPlace(name, index, index === last);
      parts.push(sealBytes(key, nonce, associated, chunk).subarray(NONCE_BYTES));
    }
    key.fill(0);
    return { name, sealed: Buffer.concat(parts) };
  }

  /** @throws SealError when the file is not the one of this name, was changed or cut, or is another tenant's */
  openFile(name: string, sealed: Uint8Array): Uint8Array {
    this.#requireOpen();
    if (!NAME.test(name) || sealed.length < HEADER_BYTES + TAG_BYTES) throw new SealError('malformed');
    if (!MAGIC.equals(sealed.subarray(0, MAGIC.length))) throw new SealError('malformed');
    const key = openBytes(this.#wrapping, keyPlace(name), sealed.subarray(MAGIC.length, HEADER_BYTES));
    const body = sealed.subarray(HEADER_BYTES);
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
    this.#wrapping.fill(0);
    this.#naming.fill(0);
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new SealError('closed');
  }
}

function keyPlace(name: string): Buffer {
  return framed(['riscura/vault-file/v1', name]);
}

function chunkPlace(name: string, index: number, final: boolean): { nonce: Buffer; associated: Buffer } {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUInt32BE(index, NONCE_BYTES - 5);
  nonce[NONCE_BYTES - 1] = final ? 1 : 0;
  const associated = framed(['riscura/vault-chunk/v1', name, String(index), final ? 'final' : 'more']);
  return { nonce, associated };
}
