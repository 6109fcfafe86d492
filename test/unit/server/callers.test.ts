import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConsoleError } from '../../../src/contract';
import type { EngineRequest } from '../../../src/engine';
import { type BodyBudget, createBodyBudget } from '../../../src/server/bodyBudget';
import { createHashingBound } from '../../../src/server/hashing';
import { createOpenAiHandler } from '../../../src/server/openAi';
import { createRestHandler } from '../../../src/server/rest';

/** Both interfaces over a real socket, before an engine that refuses every call. @param onEnd when a body has come */
async function start(bodies: BodyBudget, onEnd: (request: IncomingMessage) => void) {
  const calls: EngineRequest[] = [];
  const refuse = () => Promise.reject(new ConsoleError('NOT_SIGNED_IN'));
  const common = {
    engine: {
      call(request: EngineRequest) {
        calls.push(request);
        return refuse();
      },
      refresh: refuse,
      recognise: async () => null,
    },
    newRequestId: () => crypto.randomUUID(),
    bodies,
  };
  const rest = createRestHandler({ ...common, hashing: createHashingBound() });
  const openAi = createOpenAiHandler({ ...common, now: Date.now });
  const answer: RequestListener = (request, response) => {
    request.once('end', () => onEnd(request));
    const url = new URL(request.url ?? '/', 'http://localhost');
    void (url.pathname.startsWith('/v1/') ? openAi : rest)(request, response, url);
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return { calls, port: (server.address() as AddressInfo).port };
}

function sendAndLose(port: number, path: string, body: string): Promise<void> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = httpRequest({ port, host: '127.0.0.1', path, method: 'POST', headers });
    sent.once('error', () => resolve());
    sent.once('close', () => resolve());
    sent.end(body);
  });
}

const QUESTIONS = [
  ['REST', '/api/v1/tenants/acme.example/ai/query', '{"content":"Why?"}'],
  ['OpenAI', '/v1/chat/completions', '{"model":"default","messages":[{"role":"user","content":"Why?"}]}'],
] as const;

describe('the address of who calls', () => {
  it.each(QUESTIONS)(
    'is known at %s also when the connection is reset meanwhile',
    async (_name, path, body) => {
      const { calls, port } = await start(createBodyBudget(), ({ socket }) => {
        // Reset when all that the handler waits for has come, and before it goes on.
        socket.destroy();
      });
      await sendAndLose(port, path, body);
      await expect.poll(() => calls.map(({ source }) => source)).toEqual(['address:127.0.0.1']);
    },
  );
});

describe('a body that is too much beside the others', () => {
  it.each(QUESTIONS)('is refused at %s, and taken when there is room again', async (_name, path, body) => {
    const budget = createBodyBudget(1_000, Buffer.byteLength(body) + 1);
    const { port } = await start(budget, () => undefined);
    const ask = async () => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body });
      await answer.text();
      return answer.status;
    };
    const another = budget('address:127.0.0.1');
    another.take(2);
    expect(await ask()).toBe(429);
    another.release();
    for (let times = 0; times < 3; times += 1) expect(await ask()).toBe(401);
  });
});
