import { createHmac, type KeyObject } from 'node:crypto';

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
/** 64 bits: short enough for an index, long enough that words do not collide within a tenant. */
const TOKEN_BYTES = 8;
const REMEMBERED = 8_192;

/** The words of a text, each once: NFKC, upper and lower case folded. */
export function words(text: string): string[] {
  // Upper case first, so that letters with several lower-case forms (ß, ς) come out the same.
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC').replaceAll('ς', 'σ');
  return [...new Set(folded.match(WORD) ?? [])];
}

/** Turns words into keyed tokens and remembers those of common words. */
export function createTokenizer(key: KeyObject) {
  const known = new Map<string, string>();

  function token(word: string): string {
    const kept = known.get(word);
    if (kept !== undefined) return kept;
    const made = createHmac('sha256', key).update(word).digest().toString('hex', 0, TOKEN_BYTES);
    if (known.size >= REMEMBERED) known.clear();
    known.set(word, made);
    return made;
  }

  return {
    tokens: (text: string): string[] => words(text).map(token),
    close(): void {
      known.clear();
    },
  };
}
