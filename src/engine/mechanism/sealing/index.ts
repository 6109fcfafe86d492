import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject } from 'node:crypto';

/** Why a sealed value could not be opened. */
export type SealProblem =
  /** It does not have the form of a sealed value. */
  | 'malformed'
  /** It was changed, moved to another place, or sealed under another key. */
  | 'tampered'
  /** The version of the key it names is not there. */
  | 'unknown-key'
  /** The cipher was closed and its keys overwritten. */
  | 'closed';

/** What opening a sealed value throws. Names neither the text nor the key. */
export class SealError extends Error {
  override readonly name = 'SealError';
  readonly problem: SealProblem;

  constructor(problem: SealProblem, options: { cause?: unknown } = {}) {
    super(`the sealed value was refused: ${problem}`, options);
    this.problem = problem;
  }
}

export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

/** Parts one after the other, each with its length before it, so that no two lists give the same bytes. */
export function framed(parts: readonly string[]): Buffer {
  const size = parts.reduce((sum, part) => sum + 4 + Buffer.byteLength(part), 0);
  const bytes = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const part of parts) {
    const written = bytes.write(part, offset + 4, 'utf8');
    offset = bytes.writeUInt32BE(written, offset) + written;
  }
  return bytes;
}

/**
 * AES-256-GCM: nonce ‖ ciphertext ‖ tag.
 * @param key what seals often is given as a key object: the import of raw bytes costs more than the cipher
 */
export function sealBytes(
  key: Uint8Array | KeyObject,
  nonce: Uint8Array,
  associated: Uint8Array,
  plain: Uint8Array,
): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated);
  const body = cipher.update(plain);
  const rest = cipher.final();
  return Buffer.concat([nonce, body, rest, cipher.getAuthTag()]);
}

/** @throws SealError `malformed`, `tampered` */
export function openBytes(key: Uint8Array | KeyObject, associated: Uint8Array, sealed: Uint8Array): Buffer {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new SealError('malformed');
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(end));
  const body = decipher.update(sealed.subarray(NONCE_BYTES, end));
  try {
    decipher.final();
  } catch (cause) {
    body.fill(0);
    throw new SealError('tampered', { cause });
  }
  return body;
}

/** A key for one purpose out of another (HKDF-SHA256, RFC 5869; the purpose is the info string). */
export function deriveKey(from: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', from, new Uint8Array(0), purpose, KEY_BYTES));
}
