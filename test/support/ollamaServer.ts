import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the fake is told to do with a request; it may also just write its own answer. */
export type OllamaAnswer = (
  response: ServerResponse,
  request: IncomingMessage,
  body: unknown,
) => void | Promise<void>;

export interface OllamaServer {
  readonly baseUrl: string;
  /** `POST /api/chat` and so on, in order. */
  readonly requests: {
    readonly route: string;
    readonly body: unknown;
    readonly headers: IncomingMessage['headers'];
  }[];
  /** Requests whose client went away before they were answered. */
  readonly abandoned: string[];
  on(route: string, answer: OllamaAnswer): void;
  close(): Promise<void>;
}

/**
 * Speaks Ollama's documented HTTP API on a real socket, for what a real server does not do on demand.
 * It has one model, `tiny:latest`.
 */
export async function ollamaServer(): Promise<OllamaServer> {
  const routes = new Map<string, OllamaAnswer>([
    ['GET /api/version', (response) => json(response, { version: '0.17.4' })],
    ['GET /api/tags', (response) => json(response, { models: [tag('tiny:latest')] })],
    ['POST /api/show', (response) => json(response, { capabilities: ['completion'], details: {} })],
    ['POST /api/chat', (response) => lines(response, [say('Hello'), say(' there'), DONE])],
  ]);
  const requests: OllamaServer['requests'] = [];
  const abandoned: string[] = [];
  const server = createServer((request, response) => {
    const route = `${request.method} ${new URL(request.url ?? '/', 'http://x').pathname}`;
    response.on('close', () => {
      if (!response.writableFinished) abandoned.push(route);
    });
    void readBody(request).then((body) => {
      requests.push({ route, body, headers: request.headers });
      const answer = routes.get(route);
      if (answer) return answer(response, request, body);
      return json(response, { error: 'not found' }, 404);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    abandoned,
    on: (route, answer) => void routes.set(route, answer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const DONE = {
  message: { role: 'assistant', content: '' },
  done: true,
  prompt_eval_count: 7,
  eval_count: 2,
};

export function say(content: string): object {
  return { message: { role: 'assistant', content }, done: false };
}

export function tag(name: string, more: object = {}): object {
  return { name, size: 1000, details: { family: 'llama', parameter_size: '1M' }, ...more };
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** A stream of JSON lines; a text is written as it is. */
export function lines(response: ServerResponse, items: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  for (const item of items) response.write(typeof item === 'string' ? item : `${JSON.stringify(item)}\n`);
  response.end();
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    // A blob, or nothing.
    return text.length;
  }
}
