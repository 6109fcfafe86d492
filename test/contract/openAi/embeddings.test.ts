import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { Embedder, ProviderFactory } from '../../../src/engine/ports';
import { deadProviders } from '../../support/engine';
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

/** Servers of Ollama that hold one embedding model each. */
const ollama: ProviderFactory = {
  ...deadProviders,
  ollama: (settings) => ({
    ...deadProviders.ollama(settings),
    version: async () => '0.17.4',
    list: async () => [
      {
        ...{ id: `${settings.id}/nomic`, provider: settings.id, name: 'nomic', kind: 'embedding' as const },
        ...{ place: settings.place, sizeBytes: null, parameters: null, quantization: null, starter: false },
        ...{ contextTokens: null, digest: null, licence: null, price: null },
      },
    ],
    embed: async (_model, texts) => texts.map(() => Float32Array.from([0, 1])),
  }),
};

async function startWithOllama(place: 'this-site' | 'cloud') {
  const test = await start({ providers: ollama });
  const provider = await test.operator.installation.models.declareProvider({
    ...{ kind: 'ollama', name: 'Vectors', baseUrl: 'https://ollama.example', place },
    ...{
      region: place === 'cloud' ? 'eu-de' : null,
      evidence: place === 'cloud' ? 'contract 7' : null,
      key: null,
    },
  });
  return { ...test, model: `${provider.id}/nomic` };
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

  it('come from an Ollama server that the policy allows, announced before the texts go out', async () => {
    const { openai, member, tenant, model } = await startWithOllama('this-site');
    const { data } = await openai.embeddings.create({ model, input: 'x' });
    expect(data.map(({ embedding }) => [...embedding])).toEqual([[0, 1]]);
    const { events } = await member.tenant.audit.events({ event: 'embeddings' }, at(tenant));
    expect(events.map(({ outcome }) => outcome)).toEqual(['done', 'intent']);
  });

  it('do not come from a cloud where the tenant stays in the building', async () => {
    const { openai, model } = await startWithOllama('cloud');
    const asked = openai.embeddings.create({ model, input: 'x' });
    await expect(asked).rejects.toMatchObject({ status: 403, code: 'RESIDENCY_REFUSED' });
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
