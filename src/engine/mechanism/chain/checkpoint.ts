import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { AuditCheckpoint, type AuditKeyLink, type AuditSignedHead } from '../../../contract';
import type { AuditPlace } from './event';
import { linkedKeys, publicKeyOf } from './keyLink';
import { TreeEdge } from './merkle';
import { lines } from './signedLines';

/*
 * What is signed, so that a verifier can be written without this code: lines of UTF-8, each ended by LF, under
 * Ed25519 (RFC 8032). Numbers are decimal, hashes 64 lower-case hexadecimal digits, times milliseconds since 1970 UTC.
 *
 *     riscura-audit-checkpoint/v1          riscura-audit-head/v1
 *     ORIGIN                               ORIGIN
 *     SIZE                                 SEQUENCE
 *     HEAD                                 HASH
 *     ROOT                                 AT
 *     AT                                   EDGE ROOTS, comma between them
 */

/** Signs for one chain and no other. */
export interface AuditSigner {
  /** Whose chain: `installation` or `tenant:ID`. */
  readonly origin: string;
  /** SPKI in DER, base64. */
  readonly publicKey: string;
  /** How earlier keys lead to this one. */
  readonly links: readonly AuditKeyLink[];
  /** This key and those before it: what they signed holds too. */
  readonly trusted: readonly string[];
  checkpoint(place: AuditPlace, root: string, at: number): AuditCheckpoint;
  head(place: AuditPlace, edge: readonly string[], at: number): AuditSignedHead;
}

/** The first 16 hexadecimal digits of the SHA-256 of a public key. @param publicKey SPKI in DER, base64 */
export function keyIdOf(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 16);
}

type Unsigned<Statement> = Omit<Statement, 'signature' | 'keyId'>;

function checkpointText({ origin, size, head, root, at }: Unsigned<AuditCheckpoint>): Buffer {
  return lines('riscura-audit-checkpoint/v1', origin, size, head, root, at);
}

function headText({ origin, sequence, hash, at, edge }: Unsigned<AuditSignedHead>): Buffer {
  return lines('riscura-audit-head/v1', origin, sequence, hash, at, edge.join(','));
}

/**
 * @param key the installation's Ed25519 key for audit checkpoints
 * @param origin the only chain that is signed for
 * @param links how earlier keys lead to this one
 */
export function createAuditSigner(
  key: { readonly privateKey: KeyObject; readonly publicKey: string },
  origin: string,
  links: readonly AuditKeyLink[] = [],
): AuditSigner {
  const keyId = keyIdOf(key.publicKey);
  const signatureOf = (text: Buffer): string => sign(null, text, key.privateKey).toString('base64');
  return {
    origin,
    publicKey: key.publicKey,
    links,
    trusted: linkedKeys(key.publicKey, links),
    checkpoint({ sequence, hash }, root, at) {
      const statement = { origin, size: sequence, head: hash, root, at };
      return { ...statement, keyId, signature: signatureOf(checkpointText(statement)) };
    },
    head({ sequence, hash }, edge, at) {
      const statement = { origin, sequence, hash, at, edge: [...edge] };
      return { ...statement, keyId, signature: signatureOf(headText(statement)) };
    },
  };
}

/** Checks signatures of one chain under the public keys that are trusted. */
export interface AuditSignatures {
  isCheckpoint(checkpoint: AuditCheckpoint): boolean;
  /** Also checks that its edge belongs to its number of events. */
  isHead(head: AuditSignedHead): boolean;
}

/**
 * @param publicKeys SPKI in DER, base64
 * @throws RangeError when one is not the public half of an Ed25519 key
 */
export function auditSignatures(publicKeys: readonly string[], origin: string): AuditSignatures {
  const keys = new Map(publicKeys.map((publicKey) => [keyIdOf(publicKey), publicKeyOf(publicKey)]));
  const isSigned = (text: Buffer, { keyId, signature }: { keyId: string; signature: string }): boolean => {
    const key = keys.get(keyId);
    return key !== undefined && verify(null, text, key, Buffer.from(signature, 'base64'));
  };
  return {
    isCheckpoint: (checkpoint) =>
      checkpoint.origin === origin && isSigned(checkpointText(checkpoint), checkpoint),
    isHead: (head) =>
      head.origin === origin &&
      isSigned(headText(head), head) &&
      TreeEdge.from(head.sequence, head.edge).size === head.sequence,
  };
}

/** A checkpoint as text, to be kept elsewhere: in the keychain, a file, a QR code or on paper. */
export function writeCheckpoint(checkpoint: AuditCheckpoint): string {
  return JSON.stringify(AuditCheckpoint.parse(checkpoint));
}

/** How the lines of a printed checkpoint begin, and what stands in each. */
const PRINTED: readonly (readonly [keyof AuditCheckpoint, string])[] = [
  ['origin', 'chain'],
  ['size', 'events'],
  ['head', 'head'],
  ['root', 'root'],
  ['at', 'at'],
  ['keyId', 'key'],
  ['signature', 'signature'],
];

/**
 * Reads a checkpoint as a file or a QR code holds it (JSON), or as it was typed from paper: lines of a name, a colon and a
 * value, in which white space does not count.
 * @returns `null` when the text is not a checkpoint
 */
export function readCheckpoint(text: string): AuditCheckpoint | null {
  const read = AuditCheckpoint.safeParse(fromJson(text) ?? fromLines(text));
  return read.success ? read.data : null;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: perhaps it was typed.
    return null;
  }
}

function fromLines(text: string): unknown {
  const found = new Map<string, string>();
  let current = '';
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^\s*([a-z]+)\s*:(.*)$/i.exec(line) ?? [];
    current = name?.toLowerCase() ?? current;
    // A line without a name goes on with the one before.
    found.set(current, `${found.get(current) ?? ''}${value ?? line}`.replace(/\s+/g, ''));
  }
  const members = PRINTED.map(([member, name]) => {
    const value = found.get(name);
    return [member, member === 'size' || member === 'at' ? Number(value) : value];
  });
  return Object.fromEntries(members);
}
