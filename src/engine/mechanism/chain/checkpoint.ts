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

/** @returns `null` when the text is not a checkpoint */
export function readCheckpoint(text: string): AuditCheckpoint | null {
  try {
    const read = AuditCheckpoint.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    // Not JSON: no checkpoint, which the caller says.
    return null;
  }
}
