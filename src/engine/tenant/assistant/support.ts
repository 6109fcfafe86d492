import type { Message, Source } from '../../../contract';
import { sentencesOf } from '../knowledge';

type SentenceSupport = Message['support'][number];

/** Share of a sentence's words that one passage must hold. */
const ENOUGH = 0.6;
const SHORTEST_WORD = 4;
/** From so many words on, a sentence of which less than half are different ones says one thing over and over. */
const REPETITIVE_FROM = 8;

/** Where Markdown begins something of its own: after an empty line, and with each item, heading or table row. */
const BLOCK_START = /\n\s*\n|\n(?=\s*(?:[-*+•|]\s|\d+[.)]\s|#{1,6}\s))/;
const ITEM_MARK = /^\s*(?:[-*+•]|\d+[.)])\s+/;
const HEADING = /^\s*#{1,6}\s/;
const LEAD_IN = /[:：][\s*_"”»)\]]*$/;

interface Sentence {
  readonly text: string;
  readonly isHeading: boolean;
}

function sentencesWithin(answer: string): Sentence[] {
  return answer
    .split(BLOCK_START)
    .flatMap((block) =>
      sentencesOf(block.replace(ITEM_MARK, '')).map((text) => ({ text, isHeading: HEADING.test(block) })),
    )
    .filter(({ text }) => /\p{L}/u.test(text));
}

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}]+/gu) ?? [];
  return words.filter((word) => word.length >= SHORTEST_WORD);
}

function numbersOf(text: string): string[] {
  return text.replace(/\[\d+\]/g, '').match(/\d+(?:[.,]\d+)*/g) ?? [];
}

/** Whether a sentence says something that can be held against a passage, and says it for the first time. */
function canBeJudged({ text, isHeading }: Sentence, words: readonly string[], said: Set<string>): boolean {
  const essence = (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
  const repeats = said.has(essence);
  said.add(essence);
  const turnsInCircles = words.length >= REPETITIVE_FROM && new Set(words).size < words.length / 2;
  return words.length > 0 && !isHeading && !LEAD_IN.test(text) && !repeats && !turnsInCircles;
}

/**
 * Holds each sentence of an answer against the passages it was given: supported when one passage has most of
 * its words and all of its numbers. It compares words, not meaning. Headings, lead-ins to a list, repetitions and
 * sentences without words of their own are not judged.
 */
export function supportOf(answer: string, sources: readonly Source[]): SentenceSupport[] {
  if (sources.length === 0) return [];
  const passages = sources.map(({ number, text }) => ({
    number,
    words: new Set(wordsOf(text)),
    numbers: new Set(numbersOf(text)),
  }));
  const said = new Set<string>();
  return sentencesWithin(answer).map((sentence) => {
    const words = wordsOf(sentence.text);
    if (!canBeJudged(sentence, words, said)) {
      return { sentence: sentence.text, support: 'unjudged', sources: [] };
    }
    const own = [...new Set(words)];
    const numbers = numbersOf(sentence.text);
    const holding = passages.filter(
      (passage) =>
        numbers.every((number) => passage.numbers.has(number)) &&
        own.filter((word) => passage.words.has(word)).length >= own.length * ENOUGH,
    );
    return {
      sentence: sentence.text,
      support: holding.length > 0 ? 'supported' : 'unsupported',
      sources: holding.map(({ number }) => number),
    };
  });
}
