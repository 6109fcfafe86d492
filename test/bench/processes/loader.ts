import { Agent, request } from 'undici';
import { type Load, type LoadResult, runLoad, type Timing } from '../support/load';
import { QUESTION } from '../support/question';
import { serve } from '../support/remote';

/* Calls a server that speaks the OpenAI protocol, without a library in between: the reference. */
const agent = new Agent({ connections: 256, pipelining: 1 });

async function call(baseUrl: string, model: string): Promise<Timing> {
  const begun = performance.now();
  let first = 0;
  const messages = [
    { role: 'system', content: 'You are the assistant of an organisation. Answer briefly and to the point.' },
    { role: 'user', content: QUESTION },
  ];
  const { body } = await request(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages, stream: true, stream_options: { include_usage: true } }),
    dispatcher: agent,
  });
  let text = '';
  for await (const part of body) {
    if (first === 0) first = performance.now() - begun;
    text += String(part);
  }
  if (!text.endsWith('data: [DONE]\n\n')) throw new Error('the answer is not whole');
  return { first, total: performance.now() - begun };
}

const commands = {
  run: (baseUrl: string, load: Load): Promise<LoadResult> => runLoad(load, (model) => call(baseUrl, model)),
};

export type LoaderCommands = typeof commands;

serve(commands);
