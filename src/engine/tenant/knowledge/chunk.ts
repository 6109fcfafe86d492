import type { DocumentPart } from '../../ports';

/** A stretch of text that is found and cited as one. */
export interface Passage {
  readonly place: string;
  readonly text: string;
}

/** all-MiniLM reads 256 word pieces; about so many characters of ordinary text. */
const TARGET_CHARACTERS = 900;
const OVERLAP_SENTENCES = 1;
const LONGEST_SENTENCE = 1_400;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Splits text into sentences; one without an end is cut where it gets too long. */
export function sentencesOf(text: string): string[] {
  return [...segmenter.segment(text.replace(/\s+/g, ' '))]
    .map(({ segment }) => segment.trim())
    .filter((sentence) => sentence !== '')
    .flatMap((sentence) => sentence.match(new RegExp(`[\\s\\S]{1,${LONGEST_SENTENCE}}`, 'g')) ?? []);
}

/**
 * Cuts the parts of a document into passages of whole sentences; each begins with the last sentence of the
 * one before, so that what spans the cut is still found.
 */
export function passagesOf(parts: readonly DocumentPart[]): Passage[] {
  return parts.flatMap((part) => packed(sentencesOf(part.text)).map((text) => ({ place: part.place, text })));
}

function packed(sentences: readonly string[]): string[] {
  const passages: string[] = [];
  let current: string[] = [];
  let length = 0;
  for (const sentence of sentences) {
    if (length > 0 && length + sentence.length > TARGET_CHARACTERS) {
      passages.push(current.join(' '));
      const carried = current.slice(-OVERLAP_SENTENCES).filter((last) => last.length < TARGET_CHARACTERS / 3);
      current = [...carried];
      length = current.join(' ').length;
    }
    current.push(sentence);
    length += sentence.length + 1;
  }
  if (current.length > 0) passages.push(current.join(' '));
  return passages;
}
