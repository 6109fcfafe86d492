import type { Message, Source } from '../../../contract';
import { sentencesOf } from '../knowledge';

type SentenceSupport = Message['support'][number];

/** Share of a sentence's words that one passage must hold. */
const ENOUGH = 0.6;
const SHORTEST_WORD = 4;

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}]+/gu) ?? [];
  return [...new Set(words.filter((word) => word.length >= SHORTEST_WORD))];
}

function numbersOf(text: string): string[] {
  return text.replace(/\[\d+\]/g, '').match(/\d+(?:[.,]\d+)*/g) ?? [];
}

/**
 * Holds each sentence of an answer against the passages it was given: supported when one passage has most of
 * its words and all of its numbers. It compares words, not meaning, and says nothing about a sentence without
 * words of its own.
 */
export function supportOf(answer: string, sources: readonly Source[]): SentenceSupport[] {
  if (sources.length === 0) return [];
  const passages = sources.map(({ number, text }) => ({
    number,
    words: new Set(wordsOf(text)),
    numbers: new Set(numbersOf(text)),
  }));
  return sentencesOf(answer).flatMap((sentence) => {
    const words = wordsOf(sentence);
    const numbers = numbersOf(sentence);
    if (words.length === 0) return [];
    const holding = passages.filter(
      (passage) =>
        numbers.every((number) => passage.numbers.has(number)) &&
        words.filter((word) => passage.words.has(word)).length >= words.length * ENOUGH,
    );
    const support = holding.length > 0 ? 'supported' : 'unsupported';
    return [{ sentence, support, sources: holding.map(({ number }) => number) } as const];
  });
}
