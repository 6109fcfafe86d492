import { describe, expect, it } from 'vitest';
import type { Model, Receipt } from '../../../src/contract';
import { questionAgain } from '../../../src/renderer/features/assistant/askAgain';

const model = (id: string, allowed = true) => ({ model: { id } as Model, allowed, reason: null });
const MODELS = [model('ollama/large'), model('cloud/other', false)];
const receipt = (part: Partial<Receipt>) => ({ route: 'chosen', passedOver: [], ...part }) as Receipt;

describe('a question that is asked again', () => {
  it('is asked as it was asked in this window', () => {
    const asked = { content: 'Why?', options: { useKnowledge: false, modelOverride: 'ollama/large' } };
    const conversationId = '019a0000-0000-7000-8000-000000000001';
    expect(questionAgain('Why?', null, MODELS, { ...asked, conversationId })).toEqual(asked);
  });

  it('goes to the model that it was meant for, also when another one answered', () => {
    const again = { content: 'Why?', options: { useKnowledge: true, modelOverride: 'ollama/large' } };
    expect(questionAgain('Why?', receipt({ model: 'ollama/large' }), MODELS, undefined)).toEqual(again);
    const passedOver = [{ model: 'ollama/large', reason: 'did not answer' }];
    const fallback = receipt({ model: 'embedded/starter', route: 'fallback', passedOver });
    expect(questionAgain('Why?', fallback, MODELS, undefined)).toEqual(again);
  });

  it('leaves it to the tenant’s settings when that model is gone, refused or not known', () => {
    for (const kept of [receipt({ model: 'gone/model' }), receipt({ model: 'cloud/other' }), null])
      expect(questionAgain('Why?', kept, MODELS, undefined)).toEqual({ content: 'Why?' });
  });
});
