import type { RandomSource } from '../../ports';
import { decodeBase32, encodeBase32 } from '../recoveryKit';

/** 160 bits: nobody guesses one, and it makes 32 letters. */
const CODE_BYTES = 20;

/** A code to be handed to one person: eight groups of four letters that are not taken for one another. */
export function newInvitationCode(random: RandomSource): string {
  return encodeBase32(random.bytes(CODE_BYTES)).replace(/(.{4})(?=.)/g, '$1-');
}

/**
 * What of a code as people type it is hashed: spaces, hyphens, the case of letters, and letters that look like digits
 * do not count.
 * @returns `null` when it cannot be a code
 */
export function comparableCode(typed: string): string | null {
  const bytes = decodeBase32(typed.replace(/[\s-]/g, ''));
  return bytes?.length === CODE_BYTES ? Buffer.from(bytes).toString('hex') : null;
}
