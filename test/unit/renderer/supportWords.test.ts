import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/contract';
import { supportWords } from '../../../src/renderer/features/assistant/supportWords';

function verdicts(...support: Message['support'][number]['support'][]): Message['support'] {
  return support.map((each) => ({ sentence: 'One.', support: each, sources: [] }));
}

describe('the words about the support of an answer', () => {
  it('say how many of how many sentences were found, and never that all is well', () => {
    expect(supportWords(verdicts('supported', 'supported'))).toEqual({
      tone: 'info',
      label: 'Words found in the sources: 2 of 2 sentences',
    });
    expect(supportWords(verdicts('supported', 'unsupported'))).toEqual({
      tone: 'warn',
      label: 'Words found in the sources: 1 of 2 sentences',
    });
  });

  it('say what was not compared', () => {
    expect(supportWords(verdicts('supported', 'unjudged', 'unjudged'))?.label).toBe(
      'Words found in the sources: 1 of 1 sentence, 2 not compared',
    );
    expect(supportWords(verdicts('unjudged'))?.label).toBe('No sentence could be compared with the sources');
    expect(supportWords([])).toBeNull();
  });
});
