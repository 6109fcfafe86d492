import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostLink, MODEL_FRAMES } from '../../../src/adapters/hostLink';
import { LlamaRuntime } from '../../../src/adapters/llama';
import { ModelParameters } from '../../../src/contract';
import type { ChatEvent, ChatRequest } from '../../../src/engine/ports';
import { starterModel, tinyGguf } from '../../support/gguf';
import { HostProcesses } from '../../unit/models/support/hostProcess';

/*
 * The embedded runtime with the real SmolLM2 in a real host process. Where the starter model was not fetched
 * (npm start says why) only the tests that need no model run.
 */
const model = starterModel() ?? '';
const withModel = it.skipIf(model === '');

let hosts: HostProcesses;
let link: HostLink;
let runtime: LlamaRuntime;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-'));
  hosts = new HostProcesses();
  link = new HostLink({
    kind: 'model',
    spawn: hosts.spawn,
    limits: MODEL_FRAMES,
    pingMs: 5_000,
    cancelMs: 10_000,
    startMs: 20_000,
    failure: 'MODEL_FAILED',
  });
  runtime = new LlamaRuntime({ link, confined: false });
});
afterAll(async () => {
  await link.close();
  await hosts.stop();
  rmSync(folder, { recursive: true, force: true });
});

function ask(
  question: string,
  changes: Partial<ModelParameters> = {},
  signal = new AbortController().signal,
): ChatRequest {
  return {
    model: 'starter',
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: question },
    ],
    parameters: ModelParameters.parse({ temperature: 0, maxTokens: 24, ...changes }),
    signal,
  };
}

async function collect(
  events: AsyncIterable<ChatEvent>,
): Promise<{ text: string; pieces: number; usage: ChatEvent[] }> {
  let text = '';
  let pieces = 0;
  const usage: ChatEvent[] = [];
  for await (const event of events) {
    if (event.type === 'usage') usage.push(event);
    else {
      text += event.text;
      pieces += 1;
    }
  }
  return { text, pieces, usage };
}

describe('the embedded runtime in its host', () => {
  withModel('streams an answer with the token counts of the runtime', { timeout: 60_000 }, async () => {
    const { text, pieces, usage } = await collect(
      runtime.chat(model, 'a', ask('What is the capital of France?')),
    );
    expect(text).toContain('Paris');
    expect(pieces).toBeGreaterThan(1);
    expect(usage).toHaveLength(1);
    expect(usage[0]).toMatchObject({ type: 'usage', inputTokens: expect.any(Number) });
    const { inputTokens, outputTokens } = usage[0] as Extract<ChatEvent, { type: 'usage' }>;
    expect(inputTokens).toBeGreaterThan(15);
    expect(inputTokens).toBeLessThan(60);
    expect(outputTokens).toBeGreaterThan(1);
    expect(outputTokens).toBeLessThanOrEqual(25);
  });

  withModel(
    'gives the same answer to another owner as to the first: nothing is carried over',
    { timeout: 60_000 },
    async () => {
      const question = ask('Say one word.');
      const first = await collect(runtime.chat(model, 'owner-1', question));
      await collect(runtime.chat(model, 'owner-1', ask('My name is Zebediah. Remember it.')));
      const other = await collect(runtime.chat(model, 'owner-2', question));
      expect(other.text).toBe(first.text);
      expect(other.text).not.toContain('Zebediah');
    },
  );

  withModel(
    'stops the work when the reader leaves, and answers the next at once',
    { timeout: 60_000 },
    async () => {
      const controller = new AbortController();
      const endless = runtime.chat(
        model,
        'a',
        ask('Count to a million.', { maxTokens: 4000 }, controller.signal),
      );
      let seen = 0;
      const read = async (): Promise<void> => {
        for await (const event of endless) {
          if (event.type === 'text') seen += 1;
          if (seen === 3) controller.abort();
        }
      };
      await expect(read()).rejects.toMatchObject({ code: 'CANCELLED' });
      const started = performance.now();
      const next = await collect(runtime.chat(model, 'a', ask('Hello', { maxTokens: 4 })));
      expect(next.usage).toHaveLength(1);
      // 4000 tokens take most of a minute: had the first gone on, this one would have waited for it.
      expect(performance.now() - started).toBeLessThan(15_000);
      expect(hosts.last().released).toBeNull();
    },
  );

  withModel('refuses a conversation that does not fit', { timeout: 60_000 }, async () => {
    const long = ask('word '.repeat(20_000));
    await expect(collect(runtime.chat(model, 'a', long))).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      detail: { reason: expect.stringMatching(/tokens/) },
    });
  });

  withModel(
    'costs one answer when its host is killed, and the next call has a new host',
    { timeout: 60_000 },
    async () => {
      const events = runtime.chat(model, 'a', ask('Count to a million.', { maxTokens: 4000 }));
      const read = async (): Promise<void> => {
        let seen = 0;
        for await (const _event of events) {
          seen += 1;
          if (seen === 2) hosts.last().child.kill('SIGKILL');
        }
      };
      await expect(read()).rejects.toMatchObject({ code: 'HOST_RESTARTING' });
      const killed = hosts.last();
      await expect.poll(() => killed.released, { timeout: 5_000 }).toBe('lost');
      const before = hosts.started.length;
      const next = await collect(runtime.chat(model, 'a', ask('What is the capital of France?')));
      expect(next.text).toContain('Paris');
      expect(hosts.started.length).toBe(before + 1);
    },
  );

  withModel('gives up a host that hangs and has it killed', { timeout: 60_000 }, async () => {
    await collect(runtime.chat(model, 'a', ask('Hi', { maxTokens: 2 })));
    const host = hosts.last();
    const impatient = new LlamaRuntime({ link, confined: false, silenceMs: 1_500 });
    host.child.kill('SIGSTOP');
    await expect(collect(impatient.chat(model, 'a', ask('Hi')))).rejects.toMatchObject({ code: 'TIMED_OUT' });
    expect(host.released).toBe('hung');
    await host.exited;
    const next = await collect(runtime.chat(model, 'a', ask('Hi', { maxTokens: 2 })));
    expect(next.usage).toHaveLength(1);
  });

  it('ends a host that answers no pings, though the call may take long', { timeout: 60_000 }, async () => {
    const watched = new HostLink({
      kind: 'model',
      spawn: hosts.spawn,
      limits: MODEL_FRAMES,
      pingMs: 200,
      cancelMs: 10_000,
      startMs: 30_000,
      failure: 'MODEL_FAILED',
    });
    const patient = new LlamaRuntime({ link: watched, confined: false, inspectMs: 60_000 });
    const file = join(folder, 'pinged.gguf');
    writeFileSync(file, tinyGguf());
    const signal = new AbortController().signal;
    await patient.inspect(file, signal);
    const host = hosts.last();
    host.child.kill('SIGSTOP');
    await expect(patient.inspect(file, signal)).rejects.toMatchObject({ code: 'HOST_RESTARTING' });
    expect(host.released).toBe('hung');
    await watched.close();
  });

  it('says that a model is not there', { timeout: 60_000 }, async () => {
    const events = runtime.chat(join(folder, 'none.gguf'), 'a', ask('Hi'));
    await expect(collect(events)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });

  it('inspects a sound file and refuses a broken one with the reason', { timeout: 60_000 }, async () => {
    const sound = join(folder, 'tiny.gguf');
    writeFileSync(sound, tinyGguf());
    const signal = new AbortController().signal;
    expect(await runtime.inspect(sound, signal)).toMatchObject({ architecture: 'llama', tensors: 1 });
    const broken = join(folder, 'broken.gguf');
    writeFileSync(broken, 'not a model');
    await expect(runtime.inspect(broken, signal)).rejects.toMatchObject({
      code: 'FILE_REFUSED',
      detail: { reason: 'It is not a GGUF file.' },
    });
  });

  it('survives a file with a sound header and no real model in it', { timeout: 60_000 }, async () => {
    const sound = join(folder, 'hollow.gguf');
    writeFileSync(sound, tinyGguf());
    const failed = await collect(runtime.chat(sound, 'a', ask('Hi'))).catch((error: unknown) => error);
    expect(['MODEL_FAILED', 'HOST_RESTARTING']).toContain((failed as { code: string }).code);
    expect(await runtime.inspect(sound, new AbortController().signal)).toMatchObject({ tensors: 1 });
  });

  withModel('loads a changed file anew', { timeout: 60_000 }, async () => {
    const file = join(folder, 'changing.gguf');
    copyFileSync(model, file);
    await collect(runtime.chat(file, 'a', ask('Hi', { maxTokens: 2 })));
    rmSync(file);
    writeFileSync(file, tinyGguf());
    await expect(collect(runtime.chat(file, 'a', ask('Hi')))).rejects.toBeDefined();
  });
});
