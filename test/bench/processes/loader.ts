import { Agent, request } from 'undici';
import { type Load, type LoadResult, runLoad, type Timing } from '../support/load';
import { QUESTION } from '../support/question';
import { serve } from '../support/remote';

/* Calls a server that speaks the OpenAI protocol, without a library in between: the reference. */
const agent = new Agent({ connections: 256, pipelining: 1 });

/** Where the same question goes, and in which language. */
export interface Target {
  readonly url: string;
  /** `openAi` and `events` answer with server-sent events, `whole` with JSON. */
  readonly speaks: 'openAi' | 'events' | 'whole';
  readonly headers: Readonly<Record<string, string>>;
  /** What stands before the name of the model. */
  readonly prefix: string;
  /** The certificate that it is trusted by. */
  readonly ca?: string;
}

const messages = [
  { role: 'system', content: 'You are the assistant of an organisation. Answer briefly and to the point.' },
  { role: 'user', content: QUESTION },
];

const ENDS = { openAi: 'data: [DONE]', events: '"outcome":"answered"', whole: '"outcome":"answered"' };

/** Asks a server of whichever kind. */
async function ask(target: Target, dispatcher: Agent, name: string): Promise<Timing> {
  const { url, speaks, headers, prefix } = target;
  const model = prefix + name;
  const begun = performance.now();
  let first = 0;
  const input =
    speaks === 'openAi'
      ? { model, messages, stream: true, stream_options: { include_usage: true } }
      : { content: QUESTION, options: { modelOverride: model } };
  const { body, statusCode } = await request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(speaks === 'events' && { accept: 'text/event-stream' }),
      ...headers,
    },
    body: JSON.stringify(input),
    dispatcher,
  });
  let text = '';
  for await (const part of body) {
    text += String(part);
    if (first === 0 && hasWord(text, speaks)) first = performance.now() - begun;
  }
  if (!text.includes(ENDS[speaks]))
    throw new Error(`the answer is not whole: ${statusCode} ${text.slice(0, 300)}`);
  return { first, total: performance.now() - begun };
}

/** Whether a word of the answer has come: what is sent before is no token. */
function hasWord(text: string, speaks: Target['speaks']): boolean {
  return speaks === 'openAi'
    ? /"content":"[^"]/.test(text)
    : text.includes(speaks === 'whole' ? '{' : '"text":"');
}

const agents = new Map<string, Agent>();

function agentOf({ ca = '' }: Target): Agent {
  const known = agents.get(ca);
  if (known) return known;
  const made = new Agent({ connections: 256, pipelining: 1, ...(ca && { connect: { ca } }) });
  agents.set(ca, made);
  return made;
}

async function call(baseUrl: string, model: string): Promise<Timing> {
  const begun = performance.now();
  let first = 0;
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
  ask: (target: Target, load: Load): Promise<LoadResult> =>
    runLoad(load, (model) => ask(target, agentOf(target), model)),
  run: (baseUrl: string, load: Load): Promise<LoadResult> => runLoad(load, (model) => call(baseUrl, model)),
};

export type LoaderCommands = typeof commands;

serve(commands);
