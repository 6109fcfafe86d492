import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetwork } from '../../../src/adapters/network';
import { CERTIFICATE, PRIVATE_KEY } from '../../support/recordingListenerCertificate';

let server: Server;
let port: number;
const named: (string | false | undefined)[] = [];
const requests: string[] = [];

beforeAll(async () => {
  server = createServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (request, response) => {
    requests.push(request.url ?? '');
    named.push((request.socket as TLSSocket & { servername?: string | false }).servername);
    response.end('reached');
  });
  server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

function ask(host: string, authorities?: string[]): Promise<string> {
  const client = createNetwork(authorities ? { authorities } : {}).client({
    host,
    port,
    addresses: ['127.0.0.1'],
    beforeConnect: async () => {},
  });
  return client
    .fetch(`https://${host}:${port}/secret`)
    .then((response) => response.text())
    .finally(() => client.close());
}

describe('a connection over TLS', () => {
  it('goes to the pinned address, names the host and verifies it', async () => {
    expect(await ask('gpu.acme.internal', [CERTIFICATE])).toBe('reached');
    expect(named).toEqual(['gpu.acme.internal']);
  });

  it('is refused for an authority that nobody trusts and for another name; nothing is sent', async () => {
    const before = requests.length;
    await expect(ask('gpu.acme.internal')).rejects.toThrow();
    await expect(ask('other.acme.internal', [CERTIFICATE])).rejects.toThrow();
    await expect(ask('127.0.0.1', [CERTIFICATE])).rejects.toThrow();
    expect(requests.length).toBe(before);
  });

  it('is verified though the environment says not to', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      await expect(ask('gpu.acme.internal')).rejects.toThrow();
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });
});
