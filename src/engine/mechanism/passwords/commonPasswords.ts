import { createHash } from 'node:crypto';
import type { CommonPasswordList } from '../../ports';

/** The most common passwords, as far as the list that ships knows them; no network is asked. */
export interface CommonPasswords {
  /** Whether the password, or what is left without the digits and signs around it, is one of them. */
  holds(password: string): boolean;
}

const AROUND = /^[^\p{L}]+|[^\p{L}]+$/gu;

/**
 * Opens the list: the first bytes of the SHA-256 of each password in small letters, sorted.
 * @throws RangeError when it is not as long as it says
 */
export function openCommonPasswords({ entries, prefixBytes, prefixes }: CommonPasswordList): CommonPasswords {
  const bytes = Buffer.from(prefixes, 'base64');
  if (bytes.length !== entries * prefixBytes) throw new RangeError('the list of common passwords is cut');

  function isListed(word: string): boolean {
    const wanted = createHash('sha256').update(word, 'utf8').digest().subarray(0, prefixBytes);
    let low = 0;
    let high = entries - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = wanted.compare(bytes, middle * prefixBytes, (middle + 1) * prefixBytes);
      if (order === 0) return true;
      if (order < 0) high = middle - 1;
      else low = middle + 1;
    }
    return false;
  }

  return {
    holds(password) {
      const word = password.toLowerCase();
      if (isListed(word)) return true;
      const core = word.replace(AROUND, '');
      return core !== '' && core !== word && isListed(core);
    },
  };
}
