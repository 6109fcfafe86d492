import { comparableCode } from '../../mechanism/invitations';
import type { RuntimeContext } from '../context';

/** The keyed hash of a code, which opens the account of one person alone. What cannot be a code has one that fits none. */
export function hashOfCode(cipher: RuntimeContext['cipher'], personId: string, typed: string): string {
  return cipher.keyedHash(JSON.stringify(['invitation', personId, comparableCode(typed)]));
}
