import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOllamaProvider } from '../../../src/adapters/ollama';
import { ConsoleError, type ModelProgress } from '../../../src/contract';
import { DONE, json, lines, type OllamaServer, ollamaServer, say, tag } from '../../support/ollamaServer';
import { ask, collect, never, settings } from './support/chat';

let server: OllamaServer;
beforeEach(async () => {
  server = await ollamaServer();
});
afterEach(() => server.close());

const provider = (changes: Parameters<typeof settings>[1] = {}) =>
  createOllamaProvider(settings(server.baseUrl, changes));

describe('an answer of Ollama', () => {
  it('is streamed, with its counts and its parameters', async () => {
    const answer = await collect(provider().chat(ask('tiny')));
    expect(answer).toEqual({
      text: 'Hello there',
      usage: [{ type: 'usage', inputTokens: 7, outputTokens: 2 }],
      error: null,
    });
    expect(server.requests.at(-1)).toMatchObject({
      route: 'POST /api/chat',
      body: {
        model: 'tiny',
        stream: true,
        truncate: false,
        messages: [{ role: 'user', content: 'What is the capital of France?' }],
        options: { temperature: 0, num_predict: 24, top_p: 1, frequency_penalty: 0, presence_penalty: 0 },
      },
    });
  });

  it('may let its first word wait', async () => {
    server.on('POST /api/chat', async (response) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      lines(response, [say('late'), DONE]);
    });
    expect((await collect(provider().chat(ask('tiny')))).text).toBe('late');
  });

  it('is stopped at the server when it is stopped here, before the first word and after it', async () => {
    for (const first of ['', `${JSON.stringify(say('one'))}\n`]) {
      server.on('POST /api/chat', (response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        response.write(first);
      });
      const before = server.abandoned.length;
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 100);
      const answer = await collect(provider().chat(ask('tiny', 'x', { signal: controller.signal })));
      expect(answer.error).toMatchObject({ code: 'CANCELLED' });
      await expect.poll(() => server.abandoned.length).toBe(before + 1);
    }
  });

  it('is stopped at the server when the reader leaves', async () => {
    server.on('POST /api/chat', (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(`${JSON.stringify(say('one'))}\n`);
    });
    for await (const event of provider().chat(ask('tiny'))) {
      expect(event).toEqual({ type: 'text', text: 'one' });
      break;
    }
    await expect.poll(() => server.abandoned).toEqual(['POST /api/chat']);
  });

  it.each<[string, readonly unknown[], string]>([
    ['an error in the middle', [say('half'), { error: 'llama runner died' }], 'MODEL_FAILED'],
    ['nonsense in the middle', [say('half'), '<html>proxy error</html>\n', DONE], 'MODEL_FAILED'],
    ['nonsense at the end', [say('half'), '{"message":'], 'MODEL_FAILED'],
    ['a line of another kind', [say('half'), { weather: 'fine' }], 'MODEL_FAILED'],
    ['numbers where words belong', [{ message: { content: 7 }, done: false }], 'MODEL_FAILED'],
    ['an end without an end', [say('half')], 'MODEL_FAILED'],
  ])('fails on %s, and gives what came before', async (_name, items, code) => {
    const printed = vi.spyOn(console, 'warn');
    server.on('POST /api/chat', (response) => lines(response, items));
    const answer = await collect(provider().chat(ask('tiny', 'a secret question')));
    expect(answer.error).toMatchObject({ code });
    expect(JSON.stringify((answer.error as ConsoleError).detail)).not.toContain('secret');
    expect(answer.usage).toEqual([]);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it.each<[number, string]>([
    [401, 'MODEL_REFUSED'],
    [403, 'MODEL_REFUSED'],
    [404, 'MODEL_UNAVAILABLE'],
    [400, 'MODEL_FAILED'],
    [500, 'MODEL_FAILED'],
    [503, 'MODEL_UNAVAILABLE'],
  ])('maps the status %d to %s, without the server’s words', async (status, code) => {
    server.on('POST /api/chat', (response) =>
      json(response, { error: 'your secret question is bad' }, status),
    );
    const { error } = await collect(provider().chat(ask('tiny')));
    expect(error).toMatchObject({ code });
    expect(JSON.stringify((error as ConsoleError).detail)).not.toContain('secret');
  });

  it('needs the model to be there, and the server', async () => {
    expect((await collect(provider().chat(ask('other')))).error).toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(server.requests.map(({ route }) => route)).not.toContain('POST /api/chat');
    await server.close();
    expect((await collect(provider().chat(ask('tiny')))).error).toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });

  it('passes on what the broker refuses', async () => {
    const refusing = (() =>
      Promise.reject(new ConsoleError('RESIDENCY_REFUSED', { reason: 'the rule' }))) as typeof fetch;
    const answer = await collect(provider({ fetch: refusing }).chat(ask('tiny')));
    expect(answer.error).toMatchObject({ code: 'RESIDENCY_REFUSED', detail: { reason: 'the rule' } });
  });
});

describe('a model that Ollama only passes on', () => {
  const remote = { remote_host: 'https://ollama.com:443', remote_model: 'big' };

  it('counts as cloud in the list', async () => {
    server.on('GET /api/tags', (response) =>
      json(response, { models: [tag('tiny:latest'), tag('big:latest', remote), tag('other:671b-cloud')] }),
    );
    const models = await provider().list(never());
    expect(models.map(({ name, place, sizeBytes }) => [name, place.kind, sizeBytes])).toEqual([
      ['tiny:latest', 'this-machine', 1000],
      ['big:latest', 'cloud', null],
      ['other:671b-cloud', 'cloud', null],
    ]);
  });

  it('counts as cloud when only its description says so', async () => {
    server.on('POST /api/show', (response) => json(response, { details: {}, ...remote }));
    expect((await provider().show('tiny', never())).model.place.kind).toBe('cloud');
  });

  it('is not asked anything as a local one, though it became remote only now', async () => {
    server.on('GET /api/tags', (response) => json(response, { models: [tag('tiny:latest', remote)] }));
    expect((await collect(provider().chat(ask('tiny')))).error).toMatchObject({ code: 'RESIDENCY_REFUSED' });
    await expect(provider().embed('tiny', ['secret'], never())).rejects.toMatchObject({
      code: 'RESIDENCY_REFUSED',
    });
    expect(server.requests.map(({ route }) => route)).toEqual(['GET /api/tags', 'GET /api/tags']);
  });

  it('answers where it is asked as the cloud that it is', async () => {
    server.on('GET /api/tags', (response) => json(response, { models: [tag('tiny:latest', remote)] }));
    const asked = provider({ place: { kind: 'cloud', region: null } }).chat(ask('tiny'));
    expect((await collect(asked)).text).toBe('Hello there');
  });
});

describe('the models of Ollama', () => {
  it('are described from list and description', async () => {
    const digest = 'a'.repeat(64);
    server.on('POST /api/show', (response) =>
      json(response, {
        license: 'Apache License\nVersion 2.0',
        template: '{{ .Prompt }}',
        modelfile: `# comment\nFROM /models/blobs/sha256-${digest}\nTEMPLATE x`,
        details: { family: 'llama', parameter_size: '135M', quantization_level: 'Q4_1' },
        model_info: { 'general.architecture': 'llama', 'llama.context_length': 8192 },
        capabilities: ['completion'],
      }),
    );
    expect(await provider().show('tiny', never())).toEqual({
      model: {
        id: 'house/tiny:latest',
        provider: 'house',
        name: 'tiny:latest',
        kind: 'chat',
        place: { kind: 'this-machine', region: null },
        sizeBytes: 1000,
        parameters: '135M',
        quantization: 'Q4_1',
        contextTokens: 8192,
        digest,
        licence: 'Apache License',
        price: null,
        starter: false,
      },
      licenceText: 'Apache License\nVersion 2.0',
      template: '{{ .Prompt }}',
    });
    expect(await provider().version(never())).toBe('0.17.4');
  });

  it('are refused as nonsense when they are', async () => {
    server.on('GET /api/tags', (response) => json(response, { models: 'many' }));
    await expect(provider().list(never())).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    server.on('GET /api/version', (response) => void response.end('<html>'));
    await expect(provider().version(never())).rejects.toMatchObject({ code: 'MODEL_FAILED' });
  });

  it('send the key, where there is one', async () => {
    await provider({ key: 'sesame' }).version(never());
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer sesame');
  });

  it('embed to vectors of unit length', async () => {
    server.on('POST /api/embed', (response, _request, body) => {
      const { input } = body as { input: string[] };
      json(response, { embeddings: input.map((_text, index) => [3, 4, index]) });
    });
    const vectors = await provider().embed('tiny', Array.from({ length: 20 }, String), never());
    expect(vectors).toHaveLength(20);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    server.on('POST /api/embed', (response) => json(response, { embeddings: [[0, 0]] }));
    await expect(provider().embed('tiny', ['a'], never())).rejects.toMatchObject({ code: 'MODEL_FAILED' });
  });
});

describe('work on a model', () => {
  const steps = async (work: AsyncIterable<ModelProgress> | undefined): Promise<ModelProgress[]> => {
    const seen: ModelProgress[] = [];
    for await (const step of work ?? []) seen.push(step);
    return seen;
  };

  it('pulls with progress over all layers, and ends with the model', async () => {
    server.on('POST /api/pull', (response) =>
      lines(response, [
        { status: 'pulling manifest' },
        { status: 'pulling a', digest: 'a', total: 100, completed: 40 },
        { status: 'pulling b', digest: 'b', total: 10 },
        { status: 'pulling a', digest: 'a', total: 100, completed: 100 },
        { status: 'success' },
      ]),
    );
    const seen = await steps(provider().pull?.('tiny', never()));
    expect(seen.map(({ completedBytes, totalBytes }) => [completedBytes, totalBytes])).toEqual([
      [null, null],
      [40, 100],
      [40, 110],
      [100, 110],
      [100, 110],
      [null, null],
    ]);
    expect(seen.at(-1)).toMatchObject({ done: true, model: 'house/tiny:latest' });
  });

  it('stops a pull at the server, and tells why one failed', async () => {
    server.on('POST /api/pull', (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(`${JSON.stringify({ status: 'pulling', digest: 'a', total: 9, completed: 1 })}\n`);
    });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    await expect(steps(provider().pull?.('tiny', controller.signal))).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await expect.poll(() => server.abandoned).toEqual(['POST /api/pull']);
    server.on('POST /api/pull', (response) => json(response, { error: 'no such manifest' }, 500));
    await expect(steps(provider().pull?.('tiny', never()))).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      detail: { reason: 'no such manifest' },
    });
  });

  it('imports a file by its digest, and sends it only when the server does not have it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'import-'));
    const file = join(folder, 'model.gguf');
    writeFileSync(file, Buffer.alloc(600_000, 7));
    const digest = 'sha256:42c64c53ee2fb9c4eb0ac7a60ef2bcee4a9fabcbbf9e0a8e8c3e6ff8f55f4e4a';
    let blob = '';
    server.on('POST /api/create', (response, _request, body) => {
      blob = Object.values((body as { files: Record<string, string> }).files)[0] ?? digest;
      lines(response, [{ status: 'parsing GGUF' }, { status: 'success' }]);
    });
    let uploaded: unknown = null;
    const answerBlob = async (): Promise<void> => {
      const seen = await steps(provider().importFile('mine', file, never()));
      expect(seen.at(-1)).toMatchObject({ done: true, model: 'house/mine:latest' });
      expect(seen.map(({ stage }) => stage)).toContain('parsing GGUF');
    };
    // The route has the digest in it: take it from the first, failing try.
    await expect(answerBlob()).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    const route =
      server.requests.find((request) => request.route.startsWith('HEAD /api/blobs/'))?.route ?? '';
    const path = route.slice('HEAD '.length);
    server.on(`POST ${path}`, (response, _request, body) => {
      uploaded = body;
      response.writeHead(201).end();
    });
    await answerBlob();
    expect(uploaded).toBe(600_000);
    expect(path).toBe(`/api/blobs/${blob}`);
    uploaded = null;
    server.on(`HEAD ${path}`, (response) => void response.writeHead(200).end());
    await answerBlob();
    expect(uploaded).toBeNull();
    rmSync(folder, { recursive: true });
  });

  it('deletes', async () => {
    server.on('DELETE /api/delete', (response) => void response.writeHead(200).end());
    await provider().remove('tiny', never());
    expect(server.requests.at(-1)).toMatchObject({ route: 'DELETE /api/delete', body: { name: 'tiny' } });
    server.on('DELETE /api/delete', (response) => json(response, { error: 'no' }, 404));
    await expect(provider().remove('tiny', never())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });
});
