import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { AuditKeyLink } from '../../../contract';
import { lines } from './signedLines';

/*
 * When the key for checkpoints is followed by another one, both sign that it is so:
 *
 *     riscura-audit-key/v1
 *     PREVIOUS PUBLIC KEY (SPKI in DER, base64)
 *     NEXT PUBLIC KEY
 *     AT (milliseconds since 1970 UTC)
 */

interface SigningHalf {
  readonly privateKey: KeyObject;
  /** SPKI in DER, base64. */
  readonly publicKey: string;
}

type Unsigned = Omit<AuditKeyLink, 'byPrevious' | 'byNext'>;

function textOf({ previous, next, at }: Unsigned): Buffer {
  return lines('riscura-audit-key/v1', previous, next, at);
}

/** Signs with both keys that the one follows the other. @param at milliseconds since 1970 UTC */
export function linkKeys(previous: SigningHalf, next: SigningHalf, at: number): AuditKeyLink {
  const link = { previous: previous.publicKey, next: next.publicKey, at };
  const signatureOf = (key: SigningHalf) => sign(null, textOf(link), key.privateKey).toString('base64');
  return { ...link, byPrevious: signatureOf(previous), byNext: signatureOf(next) };
}

/**
 * The keys that a known key vouches for over links that carry both signatures, itself first. Links that do not are left
 * out: what is signed by a key behind them is then forged.
 * @param publicKey SPKI in DER, base64
 * @throws RangeError when it is not the public half of an Ed25519 key
 */
export function linkedKeys(publicKey: string, links: readonly AuditKeyLink[]): string[] {
  publicKeyOf(publicKey);
  const sound = links.filter(isSound);
  const found = new Set([publicKey]);
  for (const key of found) {
    for (const { previous, next } of sound) {
      if (previous === key) found.add(next);
      if (next === key) found.add(previous);
    }
  }
  return [...found];
}

function isSound(link: AuditKeyLink): boolean {
  try {
    const text = textOf(link);
    return (
      verify(null, text, publicKeyOf(link.previous), Buffer.from(link.byPrevious, 'base64')) &&
      verify(null, text, publicKeyOf(link.next), Buffer.from(link.byNext, 'base64'))
    );
  } catch (problem) {
    // A key in it is none of Ed25519.
    if (problem instanceof RangeError) return false;
    throw problem;
  }
}

/** @throws RangeError when it is not the public half of an Ed25519 key */
export function publicKeyOf(publicKey: string): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new RangeError('the public key cannot be read', { cause });
  }
  throw new RangeError('the public key is not one of Ed25519');
}
