import type { Source } from '../../../contract';
import { sentencesOf } from '../knowledge';

const QUOTED = 4;
const SHORTEST_WORD = 4;

/**
 * The answerer of last resort: quotes the sentences of the tenant's documents that share most words with the
 * question. It says plainly that no language model answered, and adds nothing of its own.
 */
export function quoteSources(question: string, sources: readonly Source[], hasDocuments: boolean): string {
  const opening = 'No language model answered this question.';
  if (sources.length === 0) {
    const next = hasDocuments
      ? 'No passage of your documents matches it.'
      : 'There is no document to quote from either: add documents, or have a model installed under Models.';
    return `${opening} ${next}`;
  }
  const quotations = bestSentences(question, sources).map(
    ({ sentence, number }) => `> ${sentence} [${number}]`,
  );
  return `${opening} These passages of your documents come closest:\n\n${quotations.join('\n\n')}`;
}

function bestSentences(question: string, sources: readonly Source[]): { sentence: string; number: number }[] {
  const asked = new Set(wordsOf(question));
  return sources
    .flatMap(({ number, text }) => sentencesOf(text).map((sentence) => ({ sentence, number })))
    .map((candidate, order) => ({
      ...candidate,
      order,
      shared: wordsOf(candidate.sentence).filter((word) => asked.has(word)).length,
    }))
    .sort((left, right) => right.shared - left.shared || left.order - right.order)
    .slice(0, QUOTED)
    .sort((left, right) => left.order - right.order);
}

function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}]+/gu) ?? []).filter((word) => word.length >= SHORTEST_WORD);
}
