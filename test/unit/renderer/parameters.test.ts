import { describe, expect, it } from 'vitest';
import { initialParameters, type Model } from '../../../src/contract';
import { withModel } from '../../../src/renderer/features/settings/answers';

function known(id: string, starter: boolean) {
  const model = { id, name: id, provider: 'embedded', kind: 'chat', starter } as Model;
  return { model, allowed: true, reason: null };
}

describe('the parameters when another model is chosen', () => {
  const models = [known('embedded/starter', true), known('ollama/large', false)];
  const fields = (maxTokens: number) => ({
    model: 'embedded/starter',
    fallbacks: [],
    parameters: { ...initialParameters({ starter: true }), maxTokens },
    instructions: '',
  });

  it('follow its defaults where nobody changed them', () => {
    expect(withModel(fields(512), 'ollama/large', models)).toEqual(initialParameters({ starter: false }));
  });

  it('stay as somebody set them', () => {
    expect(withModel(fields(700), 'ollama/large', models).maxTokens).toBe(700);
  });
});
