import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGguf } from '../../../src/adapters/llama/gguf';
import { createOllamaProvider } from '../../../src/adapters/ollama';
import { starterModel } from '../../support/gguf';
import { findOllama, type RealOllama, startOllama } from '../../support/ollama';
import { ask, collect, never, settings } from '../../unit/models/support/chat';

/*
 * A real Ollama server with the real SmolLM2. Skipped where there is no Ollama (RISCURA_OLLAMA, the cache, the path)
 * or where the starter model was not fetched.
 */
const binary = findOllama();
const model = starterModel() ?? '';
const missing = binary === null ? 'no Ollama binary' : model === '' ? 'no starter model' : null;

let server: RealOllama;

describe.skipIf(missing !== null)(`a real Ollama server${missing ? ` (skipped: ${missing})` : ''}`, () => {
  beforeAll(async () => {
    server = await startOllama(binary ?? '');
  });
  afterAll(() => server?.stop());

  const provider = () => createOllamaProvider(settings(server.baseUrl));

  it('imports the file, lists and shows it', { timeout: 60_000 }, async () => {
    expect(existsSync(model)).toBe(true);
    expect(await provider().version(never())).toMatch(/^\d+\.\d+/);
    expect(await provider().list(never())).toEqual([]);
    const stages: string[] = [];
    for await (const progress of provider().importFile('smol', model, never())) {
      stages.push(progress.stage);
      if (progress.done) expect(progress.model).toBe('house/smol:latest');
    }
    expect(stages).toEqual(expect.arrayContaining(['checking', 'uploading', 'creating', 'done']));
    const [listed] = await provider().list(never());
    expect(listed).toMatchObject({
      id: 'house/smol:latest',
      kind: 'chat',
      place: { kind: 'this-machine' },
      contextTokens: readGguf(model).contextTokens,
      quantization: 'Q4_1',
    });
    // The digest is that of the weights themselves.
    expect(listed?.digest).toBe('b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53');
    expect((await provider().show('smol', never())).template).toContain('im_start');
  });

  it('streams an answer with its counts', { timeout: 60_000 }, async () => {
    const answer = await collect(provider().chat(ask('smol')));
    expect(answer.error).toBeNull();
    expect(answer.text.length).toBeGreaterThan(5);
    expect(answer.usage).toEqual([
      { type: 'usage', inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
    ]);
  });

  it('tells that a conversation is too long instead of forgetting its beginning', {
    timeout: 60_000,
  }, async () => {
    const answer = await collect(provider().chat(ask('smol', 'word '.repeat(20_000))));
    expect(answer.error).toMatchObject({ code: 'MODEL_FAILED' });
  });

  it('stops the work of the server when it is stopped', { timeout: 60_000 }, async () => {
    const controller = new AbortController();
    const long = ask('smol', 'Write a very long story.', { signal: controller.signal });
    const request = { ...long, parameters: { ...long.parameters, temperature: 1, maxTokens: 6000 } };
    const answer = await collect(provider().chat(request), (seen) => {
      if (seen === 5) controller.abort();
    });
    expect(answer.error).toMatchObject({ code: 'CANCELLED' });
    // One answer at a time: had the first gone on for its 6,000 tokens, this one would have had to wait for it.
    const started = performance.now();
    const next = await collect(provider().chat(ask('smol')));
    expect(next.error).toBeNull();
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('breaks off as an error when the server is killed, and goes on when it is back', {
    timeout: 60_000,
  }, async () => {
    const long = ask('smol', 'Write a very long story.');
    const request = { ...long, parameters: { ...long.parameters, temperature: 1, maxTokens: 6000 } };
    const answer = await collect(provider().chat(request), (seen) => {
      if (seen === 5 && server.child.pid) process.kill(-server.child.pid, 'SIGKILL');
    });
    expect(answer.error).toMatchObject({ code: 'MODEL_FAILED' });
    expect((await collect(provider().chat(ask('smol')))).error).toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    await server.restart();
    expect((await collect(provider().chat(ask('smol')))).error).toBeNull();
  });

  it('embeds', { timeout: 60_000 }, async () => {
    const [first, second] = await provider().embed('smol', ['one text', 'another'], never());
    expect(Math.hypot(...(first ?? []))).toBeCloseTo(1, 3);
    expect(second).not.toEqual(first);
  });

  it('does not know a model that was deleted', { timeout: 60_000 }, async () => {
    await provider().remove('smol', never());
    expect(await provider().list(never())).toEqual([]);
    expect((await collect(provider().chat(ask('smol')))).error).toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    await expect(provider().remove('smol', never())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });
});
