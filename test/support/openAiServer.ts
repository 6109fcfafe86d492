import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OpenAiServer {
  /** With `/v1`, as it is declared. */
  readonly baseUrl: string;
  readonly requests: {
    readonly url: string;
    readonly body: Record<string, unknown>;
    readonly headers: IncomingMessage['headers'];
  }[];
  readonly abandoned: () => number;
  /** How chat completions are answered from now on. */
  answer(how: (response: ServerResponse) => void | Promise<void>): void;
  close(): Promise<void>;
}

/** Speaks the OpenAI protocol on a real socket: models and chat completions, as told. */
export async function openAiServer(): Promise<OpenAiServer> {
  const requests: OpenAiServer['requests'] = [];
  let abandoned = 0;
  let how: (response: ServerResponse) => void | Promise<void> = (response) =>
    events(response, [delta('Hello'), delta(' there'), finish(), usage(9, 2), '[DONE]']);
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) abandoned += 1;
    });
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString('utf8');
      requests.push({
        url: request.url ?? '',
        body: text === '' ? {} : JSON.parse(text),
        headers: request.headers,
      });
      if (request.url === '/v1/models') {
        const data = ['gpt-tiny', 'text-embedding-tiny'].map((id) => ({ id, object: 'model' }));
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ object: 'list', data }));
      } else void how(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    abandoned: () => abandoned,
    answer: (next) => {
      how = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Server-sent events; a text is sent as it is. */
export function events(response: ServerResponse, items: readonly unknown[], end = true): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const item of items)
    response.write(`data: ${typeof item === 'string' ? item : JSON.stringify(item)}\n\n`);
  if (end) response.end();
}

export function delta(content: string): object {
  return {
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  };
}

export function finish(): object {
  return { object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
}

export function usage(input: number, output: number): object {
  return {
    object: 'chat.completion.chunk',
    choices: [],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  };
}

export function failure(
  response: ServerResponse,
  status: number,
  error: object,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ error }));
}
