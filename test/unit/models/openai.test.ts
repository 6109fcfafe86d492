import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOpenAiProvider } from '../../../src/adapters/openai';
import { ConsoleError, ModelParameters } from '../../../src/contract';
import {
  delta,
  events,
  failure,
  finish,
  type OpenAiServer,
  openAiServer,
  usage,
} from '../../support/openAiServer';
import { ask, collect, never, settings } from './support/chat';

let server: OpenAiServer;
beforeEach(async () => {
  server = await openAiServer();
});
afterEach(() => server.close());

const provider = (changes: Parameters<typeof settings>[1] = {}) =>
  createOpenAiProvider(settings(server.baseUrl, { key: 'sk-secret', ...changes }));

describe('an answer over the OpenAI protocol', () => {
  it('is streamed, with its usage, its key and its parameters', async () => {
    expect(await collect(provider().chat(ask('gpt-tiny')))).toEqual({
      text: 'Hello there',
      usage: [{ type: 'usage', inputTokens: 9, outputTokens: 2 }],
      error: null,
    });
    expect(server.requests[0]).toMatchObject({
      url: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-secret' },
      body: {
        model: 'gpt-tiny',
        stream: true,
        stream_options: { include_usage: true },
        temperature: 0,
        max_tokens: 24,
      },
    });
    expect(server.requests[0]?.body).not.toHaveProperty('top_p');
    const parameters = ModelParameters.parse({ topP: 0.5, frequencyPenalty: 1, presencePenalty: -1 });
    await collect(provider().chat(ask('gpt-tiny', 'x', { parameters })));
    expect(server.requests[1]?.body).toMatchObject({
      top_p: 0.5,
      frequency_penalty: 1,
      presence_penalty: -1,
    });
  });

  it('sends no key where there is none, whatever the environment holds', async () => {
    process.env.OPENAI_API_KEY = 'sk-environment';
    await collect(provider({ key: null }).chat(ask('gpt-tiny')));
    delete process.env.OPENAI_API_KEY;
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is stopped at the server when it is stopped here, and when the reader leaves', async () => {
    server.answer((response) => events(response, [delta('one')], false));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const stopped = await collect(provider().chat(ask('gpt-tiny', 'x', { signal: controller.signal })));
    expect(stopped).toMatchObject({ text: 'one', error: { code: 'CANCELLED' } });
    await expect.poll(server.abandoned).toBe(1);
    for await (const event of provider().chat(ask('gpt-tiny'))) {
      expect(event).toEqual({ type: 'text', text: 'one' });
      break;
    }
    await expect.poll(server.abandoned).toBe(2);
  });

  it.each<[string, readonly unknown[]]>([
    [
      'an error object within a good answer',
      [delta('half'), { error: { message: 'overloaded', code: 500 } }],
    ],
    ['nonsense', [delta('half'), '{"choices": [{"delta"']],
    ['a piece of another kind', [delta('half'), { choices: 'none' }]],
    ['an end without a finish', [delta('half'), '[DONE]']],
    ['an end without anything', [delta('half')]],
    ['an empty stream', []],
  ])('fails on %s, and gives what came before', async (_name, items) => {
    const printed = vi.spyOn(console, 'error');
    server.answer((response) => events(response, items));
    const answer = await collect(provider().chat(ask('gpt-tiny')));
    expect(answer.error).toMatchObject({ code: 'MODEL_FAILED' });
    expect(answer.text).toBe(items.length === 0 ? '' : 'half');
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it('fails when the connection breaks in the middle', async () => {
    server.answer((response) => {
      events(response, [delta('half')], false);
      setTimeout(() => response.destroy(), 50);
    });
    const answer = await collect(provider().chat(ask('gpt-tiny')));
    expect(answer).toMatchObject({ text: 'half', error: { code: 'MODEL_FAILED' } });
  });

  it('fails on a page instead of a stream', async () => {
    server.answer((response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'));
    expect((await collect(provider().chat(ask('gpt-tiny')))).error).toMatchObject({ code: 'MODEL_FAILED' });
  });

  it.each<[number, object, string]>([
    [401, { message: 'Incorrect API key provided: sk-secret' }, 'MODEL_REFUSED'],
    [403, { message: 'country not supported' }, 'MODEL_REFUSED'],
    [404, { message: 'no such model' }, 'MODEL_UNAVAILABLE'],
    [429, { message: 'slow down' }, 'MODEL_UNAVAILABLE'],
    [429, { message: 'pay', code: 'insufficient_quota' }, 'MODEL_REFUSED'],
    [400, { message: 'too long', code: 'context_length_exceeded' }, 'MODEL_FAILED'],
    [500, { message: 'oops' }, 'MODEL_FAILED'],
    [503, { message: 'overloaded' }, 'MODEL_UNAVAILABLE'],
  ])(
    'maps the status %d (%j) to %s, asks once, and tells nothing of the key',
    async (status, error, code) => {
      server.answer((response) => failure(response, status, error));
      const answer = await collect(provider().chat(ask('gpt-tiny')));
      expect(answer.error).toMatchObject({ code });
      const { message, detail } = answer.error as ConsoleError;
      expect(JSON.stringify([message, detail])).not.toContain('sk-secret');
      expect(server.requests).toHaveLength(1);
    },
  );

  it('says how long to wait when the provider does', async () => {
    server.answer((response) => failure(response, 429, { message: 'slow down' }, { 'retry-after': '7' }));
    const answer = await collect(provider().chat(ask('gpt-tiny')));
    expect(answer.error).toMatchObject({ code: 'MODEL_UNAVAILABLE', detail: { retryAfterMs: 7000 } });
  });

  it('takes a usage only once, and none when there is none', async () => {
    server.answer((response) => events(response, [delta('a'), finish(), usage(1, 1), usage(2, 2), '[DONE]']));
    expect((await collect(provider().chat(ask('gpt-tiny')))).usage).toHaveLength(1);
    server.answer((response) => events(response, [delta('a'), finish(), '[DONE]']));
    expect(await collect(provider().chat(ask('gpt-tiny')))).toMatchObject({ usage: [], error: null });
  });

  it('passes on what the broker refuses, and says that nobody answers', async () => {
    const refusing = (() =>
      Promise.reject(new ConsoleError('EGRESS_REFUSED', { reason: 'the rule' }))) as typeof fetch;
    const refused = await collect(provider({ fetch: refusing }).chat(ask('gpt-tiny')));
    expect(refused.error).toMatchObject({ code: 'EGRESS_REFUSED', detail: { reason: 'the rule' } });
    await server.close();
    expect((await collect(provider().chat(ask('gpt-tiny')))).error).toMatchObject({
      code: 'MODEL_UNAVAILABLE',
    });
  });
});

describe('the models of the provider', () => {
  it('are listed with the place that was declared', async () => {
    const place = { kind: 'cloud', region: 'eu-de' } as const;
    const models = await provider({ place }).list(never());
    expect(models.map(({ id, kind, place: where }) => [id, kind, where])).toEqual([
      ['house/gpt-tiny', 'chat', place],
      ['house/text-embedding-tiny', 'embedding', place],
    ]);
    expect(await provider().version(never())).toBeNull();
  });
});
