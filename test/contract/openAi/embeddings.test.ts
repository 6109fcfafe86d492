import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { Embedder } from '../../../src/engine/ports';
import { at } from '../../support/engine/client';
import { startRest } from '../../support/rest';

/** Vectors that tell texts apart: what is under test is what stands around a model. */
const embedder: Embedder = {
  dimensions: 4,
  available: async () => true,
  embed: async (texts) => texts.map((text) => Float32Array.from([text.length, 0.5, -0.25, 0])),
};

async function start(overrides: Parameters<typeof startRest>[2] = { embedder }) {
  const test = await startRest(undefined, 'professional', overrides);
  const openai = new OpenAI({ baseURL: `${test.origin}/v1`, apiKey: test.secret, maxRetries: 0 });
  return { ...test, openai };
}

describe('embeddings at the interface of OpenAI', () => {
  it('come to the real client in the order of the texts, in either encoding', async () => {
    const { openai } = await start();
    const input = ['One', 'Three'];
    for (const format of ['float', undefined] as const) {
      const { data, usage, model } = await openai.embeddings.create({
        model: 'default',
        input,
        ...(format && { encoding_format: format }),
      });
      expect(data.map(({ embedding }) => [...embedding])).toEqual([
        [3, 0.5, -0.25, 0],
        [5, 0.5, -0.25, 0],
      ]);
      expect(model).toBe('embedded/all-minilm-l6-v2');
      expect(usage.total_tokens).toBe(3);
    }
  });

  it('are metered and audited, without a word of the texts', async () => {
    const { openai, member, tenant } = await start();
    await openai.embeddings.create({ model: 'default', input: 'Nobody may read this.' });
    const span = { from: 0, to: Number.MAX_SAFE_INTEGER };
    const usage = await member.tenant.usage.list(span, at(tenant));
    expect(usage.events).toMatchObject([
      { model: 'embedded/all-minilm-l6-v2', outcome: 'answered', inputTokens: 6, tokensReported: false },
    ]);
    const { events } = await member.tenant.audit.events({ event: 'embeddings' }, at(tenant));
    expect(events).toMatchObject([
      { outcome: 'done', detail: { texts: 1, tokens: 6 }, target: usage.events[0]?.id },
    ]);
    expect(JSON.stringify(events)).not.toContain('Nobody');
  });

  it('are refused where there is no model, or it is none for this, and that is metered too', async () => {
    const { openai, member, tenant } = await start({});
    const unavailable = openai.embeddings.create({ model: 'default', input: 'x' });
    await expect(unavailable).rejects.toMatchObject({ status: 503, code: 'MODEL_UNAVAILABLE' });
    const other = openai.embeddings.create({ model: 'embedded/smollm2-135m-instruct', input: 'x' });
    await expect(other).rejects.toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const wrong = openai.embeddings.create({ model: 'default', input: [[1, 2]] as unknown as string[] });
    await expect(wrong).rejects.toMatchObject({ status: 400, param: 'input' });
    const { quota } = await member.tenant.overview.read({ period: '24h' }, at(tenant));
    expect(quota.queriesUsed).toBe(0);
    const { events } = await member.tenant.audit.events({ event: 'embeddings' }, at(tenant));
    expect(events.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
  });
});
