import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request as send } from 'undici';
import { serve } from '../support/remote';

/* A gateway of 20 lines that checks, stores and counts nothing: the least that anything in between can cost. */
const agent = new Agent({ connections: 256, pipelining: 1 });

const passThrough = (upstream: string) =>
  createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const answered = await send(upstream + request.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.concat(parts),
      dispatcher: agent,
    });
    response.writeHead(answered.statusCode, { 'content-type': String(answered.headers['content-type']) });
    for await (const part of answered.body) response.write(part);
    response.end();
  });

const commands = {
  listen: (upstream: string) =>
    new Promise<string>((resolve) => {
      const server = passThrough(upstream);
      server.keepAliveTimeout = 60_000;
      server.listen(0, '127.0.0.1', 1024, () =>
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      );
    }),
};

export type PassThroughCommands = typeof commands;

serve(commands);
