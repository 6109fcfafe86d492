import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type Algorithm, hashRaw } from '@node-rs/argon2';

/*
 * The sealed file, version 1. Numbers are big-endian.
 *
 *   16  "RISCURA KEYS" 0 0 0 1   what it is, and its version
 *    4  memory in KiB             argon2id (RFC 9106) makes the wrapping key of the passphrase and the salt
 *    4  passes
 *    4  lanes
 *   32  salt
 *   16  installation id           a UUID
 *   ──  so far associated data of the wrapped key
 *   12  nonce, 32 ciphertext, 16 tag: the file key, AES-256-GCM under the wrapping key
 *    8  revision                  counts the writes
 *   12  nonce
 *   ──  all so far associated data of the content
 *    n  ciphertext, 16 tag: the content, AES-256-GCM under the file key
 *
 * Every bit is authenticated. Nonces are random: a file key would have to be used 2^32 times before two of them meet
 * with a chance of 2^-32 (NIST SP 800-38D 8.3), and a change of the passphrase makes another.
 */

const MAGIC = Buffer.from('RISCURA KEYS\0\0\0\x01', 'latin1');
const SALT_BYTES = 32;
const ID_BYTES = 16;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = MAGIC.length + 12 + SALT_BYTES + ID_BYTES;
const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;
const PREFIX_BYTES = HEADER_BYTES + WRAPPED_BYTES + 8 + NONCE_BYTES;

/** RFC 9106 4, second recommendation with one lane more than it costs here: 64 MiB, three passes, four lanes. */
const COST = { memoryKiB: 65_536, passes: 3, lanes: 4 } as const;
/** More than this is an attempt to exhaust the machine before the file can be found to be forged. */
const HIGHEST = { memoryKiB: 1_048_576, passes: 16, lanes: 16 } as const;

/** `Algorithm.Argon2id` of the library, whose enum is not there at run time. */
const ARGON2ID: Algorithm.Argon2id = 2;

/** Why a sealed file is not opened. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
  readonly why: 'format' | 'passphrase' | 'damaged';
  constructor(why: EnvelopeError['why']) {
    super(`the sealed file is not opened: ${why}`);
    this.why = why;
  }
}

/** What a file is sealed under. Whoever has it can write the file again without the passphrase. */
export interface FileKey {
  readonly key: Buffer;
  /** Header and wrapped key as they stand at the beginning of the file. */
  readonly lead: Buffer;
}

/** A file as it was opened. */
export interface OpenedEnvelope {
  readonly fileKey: FileKey;
  readonly installationId: string;
  readonly revision: bigint;
  readonly content: Buffer;
}

/**
 * Makes a random file key and wraps it under a passphrase.
 * @param installationId a UUID
 */
export async function makeFileKey(passphrase: Uint8Array, installationId: string): Promise<FileKey> {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  let at = MAGIC.length;
  for (const value of [COST.memoryKiB, COST.passes, COST.lanes]) at = header.writeUInt32BE(value, at);
  randomBytes(SALT_BYTES).copy(header, at);
  idBytes(installationId).copy(header, at + SALT_BYTES);
  const wrapping = await derive(passphrase, header);
  const key = randomBytes(KEY_BYTES);
  try {
    const nonce = randomBytes(NONCE_BYTES);
    return { key, lead: Buffer.concat([header, nonce, seal(wrapping, nonce, header, key)]) };
  } finally {
    wrapping.fill(0);
  }
}

/** The bytes of a file with this content. @param revision of this very write */
export function sealEnvelope({ key, lead }: FileKey, revision: bigint, content: Uint8Array): Buffer {
  const counted = Buffer.alloc(8);
  counted.writeBigUInt64BE(revision);
  const nonce = randomBytes(NONCE_BYTES);
  const prefix = Buffer.concat([lead, counted, nonce]);
  return Buffer.concat([prefix, seal(key, nonce, prefix, content)]);
}

/** @throws EnvelopeError */
export async function openEnvelope(bytes: Buffer, passphrase: Uint8Array): Promise<OpenedEnvelope> {
  if (bytes.length < PREFIX_BYTES + TAG_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new EnvelopeError('format');
  }
  const lead = Buffer.from(bytes.subarray(0, HEADER_BYTES + WRAPPED_BYTES));
  const header = lead.subarray(0, HEADER_BYTES);
  const wrapping = await derive(passphrase, header);
  const key = open(
    wrapping,
    lead.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES),
    header,
    lead.subarray(HEADER_BYTES + NONCE_BYTES),
  );
  wrapping.fill(0);
  if (!key) throw new EnvelopeError('passphrase');
  const prefix = bytes.subarray(0, PREFIX_BYTES);
  const content = open(key, prefix.subarray(-NONCE_BYTES), prefix, bytes.subarray(PREFIX_BYTES));
  if (!content) throw new EnvelopeError('damaged');
  return {
    fileKey: { key, lead },
    installationId: idText(header.subarray(-ID_BYTES)),
    revision: prefix.readBigUInt64BE(lead.length),
    content,
  };
}

function derive(passphrase: Uint8Array, header: Buffer): Promise<Buffer> {
  const [memoryKiB, passes, lanes] = [0, 4, 8].map((at) => header.readUInt32BE(MAGIC.length + at));
  const isWithin = (value: number | undefined, highest: number): value is number =>
    value !== undefined && value >= 1 && value <= highest;
  if (
    !isWithin(memoryKiB, HIGHEST.memoryKiB) ||
    !isWithin(passes, HIGHEST.passes) ||
    !isWithin(lanes, HIGHEST.lanes) ||
    memoryKiB < 8 * lanes
  ) {
    throw new EnvelopeError('format');
  }
  const salt = header.subarray(MAGIC.length + 12, MAGIC.length + 12 + SALT_BYTES);
  return hashRaw(passphrase, {
    algorithm: ARGON2ID,
    memoryCost: memoryKiB,
    timeCost: passes,
    parallelism: lanes,
    outputLen: KEY_BYTES,
    salt,
  });
}

function seal(key: Buffer, nonce: Buffer, associated: Buffer, content: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated);
  return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** @returns `null` when it was not sealed so */
function open(key: Buffer, nonce: Buffer, associated: Buffer, sealed: Buffer): Buffer | null {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associated).setAuthTag(sealed.subarray(-TAG_BYTES));
  const content = decipher.update(sealed.subarray(0, -TAG_BYTES));
  try {
    return Buffer.concat([content, decipher.final()]);
  } catch {
    // OpenSSL says nothing more than that the tag is not the right one.
    content.fill(0);
    return null;
  }
}

function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function idText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
