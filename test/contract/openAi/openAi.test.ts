import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { at } from '../../support/engine/client';
import { startRest } from '../../support/rest';

/** The real client of OpenAI, with nothing changed but its address and its key. */
async function start(scopes?: readonly string[]) {
  const test = await startRest(scopes);
  const openai = new OpenAI({ baseURL: `${test.origin}/v1`, apiKey: test.secret, maxRetries: 0 });
  return { ...test, openai };
}

const CONVERSATION = [
  { role: 'system', content: 'Answer as a lawyer would.' },
  { role: 'user', content: 'May we keep the logs?' },
  { role: 'assistant', content: 'For thirty days.' },
  { role: 'user', content: 'And after that?' },
] as const;

describe('OpenAI’s interface', () => {
  it('answers the real client, with the conversation that it brings', async () => {
    const { openai, runtime, member, tenant } = await start();
    const completion = await openai.chat.completions.create({
      model: 'default',
      messages: [...CONVERSATION],
      temperature: 0.1,
      max_tokens: 20,
    });
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant' } });
    expect(completion.choices[0]?.message.content).not.toBe('');
    const { messages, parameters } = runtime.requests.at(-1) ?? { messages: [], parameters: {} };
    expect(parameters).toMatchObject({ temperature: 0.1, maxTokens: 20 });
    expect(messages[0]?.content).toContain('Answer as a lawyer would.');
    expect(messages.slice(1).map(({ content }) => content)).toEqual([
      'May we keep the logs?',
      'For thirty days.',
      expect.stringContaining('And after that?'),
    ]);
    expect(completion.usage?.total_tokens).toBeGreaterThan(0);
    const receipt = (completion as { riscura?: { receipt: { audit: { sequence: number } } } }).riscura
      ?.receipt;
    const event = await member.tenant.audit.event({ sequence: receipt?.audit.sequence ?? 0 }, at(tenant));
    expect(event.event).toMatchObject({ event: 'query.finished', outcome: 'done' });
  });

  it('streams to the real client, with the usage when it asks', async () => {
    const { openai } = await start();
    const stream = await openai.chat.completions.create({
      model: 'default',
      messages: [...CONVERSATION],
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let finish: string | null = null;
    let tokens = 0;
    for await (const { choices, usage } of stream) {
      text += choices[0]?.delta.content ?? '';
      finish = choices[0]?.finish_reason ?? finish;
      tokens = usage?.total_tokens ?? tokens;
    }
    expect(text).not.toBe('');
    expect(finish).toBe('stop');
    expect(tokens).toBeGreaterThan(0);
  });

  it('lists the models that the tenant may use', async () => {
    const { openai } = await start();
    const { data } = await openai.models.list();
    expect(data.map(({ id }) => id)).toContain('embedded/smollm2-135m-instruct');
  });

  it('says what is wrong in the form that the client reads', async () => {
    const { openai, origin } = await start(['analytics.view']);
    const beyond = openai.chat.completions.create({ model: 'default', messages: [...CONVERSATION] });
    await expect(beyond).rejects.toMatchObject({ status: 403, code: 'NOT_ALLOWED' });
    const stranger = new OpenAI({ baseURL: `${origin}/v1`, apiKey: 'sk-nothing', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: 'NOT_SIGNED_IN' });
    const tools = openai.chat.completions.create({
      model: 'default',
      messages: [...CONVERSATION],
      tools: [{ type: 'function', function: { name: 'x' } }],
    });
    await expect(tools).rejects.toMatchObject({ status: 400, code: 'BAD_INPUT', param: 'tools' });
  });
});
