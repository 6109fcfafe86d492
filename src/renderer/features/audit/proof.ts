import type { AuditEventView, AuditEvidence } from '../../../contract';
import { verifyEd25519 } from './ed25519';

/** The steps from an event to the signature, each checked in this window. */
export interface ProofSteps {
  /** The event's content has the hash that the event carries. */
  readonly content: boolean;
  /** The hash leads up the Merkle tree to the root of the checkpoint. */
  readonly inclusion: boolean;
  /** The checkpoint carries the signature of the installation's key. */
  readonly signature: boolean;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

async function sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** Checks an event against the newest signed checkpoint, with nothing of the engine but what it sent. */
export async function checkProof({ event, checkpoint, path, publicKey }: AuditEvidence): Promise<ProofSteps> {
  const content = hexOf(await sha256(encodeEvent(event))) === event.hash;
  const root = await rootFrom(fromHex(event.hash), event.sequence - 1, checkpoint.size, path.map(fromHex));
  const { origin, size, head, root: signedRoot, at, signature } = checkpoint;
  const text = ['riscura-audit-checkpoint/v1', origin, size, head, signedRoot, at]
    .map((line) => `${line}\n`)
    .join('');
  // SPKI of an Ed25519 key (RFC 8410): twelve bytes that say so, then the key.
  const key = fromBase64(publicKey).subarray(12);
  return {
    content,
    inclusion: root !== null && hexOf(root) === signedRoot,
    signature: await verifyEd25519(key, utf8(text), fromBase64(signature)),
  };
}

/** The bytes that are hashed, as the chain's description has them. */
function encodeEvent(event: AuditEventView): Uint8Array {
  const { previousHash, sequence, at, event: name, actor, target, outcome } = event;
  const own = Object.entries(event.origin).filter(([, value]) => value !== null);
  const detail = { ...event.detail, ...Object.fromEntries(own.map(([key, value]) => [`@${key}`, value])) };
  const members = Object.entries(detail)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const fields = [String(sequence), String(at), name, actor, target, outcome, `{${members.join(',')}}`];
  return Uint8Array.from([
    ...utf8('riscura-audit/v1'),
    ...fromHex(previousHash),
    ...fields.flatMap((field) => (field === null ? [255, 255, 255, 255] : [...framed(utf8(field))])),
  ]);
}

function framed(bytes: Uint8Array): number[] {
  const { length } = bytes;
  return [length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255, ...bytes];
}

/** The root that an inclusion proof leads to (RFC 9162, 2.1.3.2); `null` when it has not the length it must have. */
async function rootFrom(
  eventHash: Uint8Array,
  leaf: number,
  size: number,
  path: readonly Uint8Array[],
): Promise<Uint8Array | null> {
  let position = leaf;
  let last = size - 1;
  let hash = await sha256(Uint8Array.of(0), eventHash);
  for (const sibling of path) {
    if (last === 0) return null;
    const fromRight = position % 2 === 1 || position === last;
    hash = await (fromRight
      ? sha256(Uint8Array.of(1), sibling, hash)
      : sha256(Uint8Array.of(1), hash, sibling));
    while (fromRight && position % 2 === 0 && position !== 0) {
      position = Math.floor(position / 2);
      last = Math.floor(last / 2);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}
