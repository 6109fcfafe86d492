import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { serve } from '../support/remote';

/*
 * The model of the bench: an OpenAI-compatible server on the loopback that answers with server-sent events. What
 * it does is the name of the model: `answer-50` waits 50 ms and answers; `paced-20` sends a token each 20 ms;
 * `burst-50` sends 50 pieces at once; `shared-50` answers as `answer-50`, but eight at a time in the order they came.
 */
const PACED_TOKENS = 10;
const MODELS = ['answer-50', 'answer-0', 'paced-20', 'burst-50', 'shared-50'];
const SHARED_PLACES = 8;

const piece = (content: string) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'bench',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  })}\n\n`;

function end(tokens: number): string {
  const finish = {
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
  };
  const usage = { prompt_tokens: 24, completion_tokens: tokens, total_tokens: 24 + tokens };
  const used = { object: 'chat.completion.chunk', choices: [], usage };
  return `data: ${JSON.stringify(finish)}\n\ndata: ${JSON.stringify(used)}\n\ndata: [DONE]\n\n`;
}

const ANSWER = ['The risk', ' of the industry is liquidity,', ' and rates rose in 2024.'].map(piece).join('');
const ANSWER_END = end(18);

let sharing = 0;
const waiting: (() => void)[] = [];

/** What a server with so many slots does. */
async function inTurn(milliseconds: number): Promise<void> {
  if (sharing < SHARED_PLACES) sharing += 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  await wait(milliseconds);
  const next = waiting.shift();
  if (next) next();
  else sharing -= 1;
}

async function answer(model: string, response: ServerResponse): Promise<void> {
  const [kind, number = ''] = model.split('-');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (kind === 'shared') {
    await inTurn(Number(number));
    response.end(ANSWER + ANSWER_END);
  } else if (kind === 'answer') {
    if (number !== '0') await wait(Number(number));
    response.end(ANSWER + ANSWER_END);
  } else if (kind === 'paced') {
    for (let token = 0; token < PACED_TOKENS; token += 1) {
      await wait(Number(number));
      response.write(piece(` token${token}`));
    }
    response.end(end(PACED_TOKENS));
  } else {
    for (let index = 0; index < Number(number); index += 1) response.write(piece(` piece${index}`));
    response.end(end(Number(number)));
  }
}

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    const data = MODELS.map((id) => ({ id, object: 'model', created: 1, owned_by: 'bench' }));
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ object: 'list', data }));
    return;
  }
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const { model } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { model: string };
    void answer(model, response);
  });
});
server.keepAliveTimeout = 60_000;

const commands = {
  listen: () =>
    new Promise<string>((resolve) =>
      server.listen(0, '127.0.0.1', 1024, () =>
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`),
      ),
    ),
};

export type UpstreamCommands = typeof commands;

serve(commands);
