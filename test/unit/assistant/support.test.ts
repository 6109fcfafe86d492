import { describe, expect, it } from 'vitest';
import type { Source } from '../../../src/contract';
import { supportOf } from '../../../src/engine/tenant/assistant/support';

const SOURCES: Source[] = [
  {
    number: 1,
    documentId: '019a0000-0000-7000-8000-000000000001',
    documentName: 'report.md',
    passageId: 1,
    place: 'Risks',
    text: 'Climate risk grows: losses from storms and floods rose by 31 percent within five years.',
    score: 1,
  },
];

function verdicts(answer: string): [string, string][] {
  return supportOf(answer, SOURCES).map(({ sentence, support }) => [sentence, support]);
}

describe('the support of an answer', () => {
  it('is what one passage holds of the words and all numbers of a sentence', () => {
    expect(verdicts('Losses from storms rose by 31 percent. Losses from storms rose by 32 percent.')).toEqual(
      [
        ['Losses from storms rose by 31 percent.', 'supported'],
        ['Losses from storms rose by 32 percent.', 'unsupported'],
      ],
    );
  });

  it('does not judge headings and lead-ins to a list, and no number of a list counts as a claim', () => {
    const answer =
      '## Overview of everything\n\n**Key factors of the industry are:**\n\n1. Losses from storms rose\n2. Unheard liabilities';
    expect(verdicts(answer)).toEqual([
      ['## Overview of everything', 'unjudged'],
      ['**Key factors of the industry are:**', 'unjudged'],
      ['Losses from storms rose', 'supported'],
      ['Unheard liabilities', 'unsupported'],
    ]);
  });

  it('does not count what is said again, nor a sentence that turns in circles', () => {
    const again = 'Losses from storms rose. '.repeat(3);
    const circles = `Storms ${'and floods storms '.repeat(12)}.`;
    expect(verdicts(again + circles).map(([, support]) => support)).toEqual([
      'supported',
      'unjudged',
      'unjudged',
      'unjudged',
    ]);
  });

  it('is nothing without sources, and no sentence is what has no letter', () => {
    expect(supportOf('Losses rose.', [])).toEqual([]);
    expect(verdicts('1. \n\n***')).toEqual([]);
  });
});
