import { once } from 'node:events';
import { type AddressInfo, connect, Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createNetwork,
  GuardError,
  type GuardRefusal,
  installNetworkGuard,
} from '../../../src/adapters/network';
import type { ConnectionGrant, GrantedConnection } from '../../../src/engine/ports';
import { problemOf } from '../../support/engine/calls';
import { CERTIFICATE, PRIVATE_KEY } from '../../support/recordingListenerCertificate';

const refused: GuardRefusal[] = [];
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.end('reached');
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  installNetworkGuard({ allowPath: () => false, onRefused: (refusal) => refused.push(refusal) });
});
afterAll(() => void server.close());

const opened: GrantedConnection[] = [];
afterAll(() => {
  for (const connection of opened) connection.destroy();
});

async function open(changes: Partial<ConnectionGrant> = {}): Promise<GrantedConnection> {
  const connection = await createNetwork().connect({
    host: 'gpu.acme.internal',
    port,
    addresses: ['127.0.0.1'],
    authorities: [CERTIFICATE],
    beforeConnect: async () => {},
    ...changes,
  });
  opened.push(connection);
  return connection;
}

describe('a connection that is not HTTP', () => {
  it('passes the guard by its grant, in the clear and over TLS on it', async () => {
    const secured = await (await open()).secure();
    if (!(secured.socket instanceof Socket)) throw new Error('it is no socket');
    const [data] = (await once(secured.socket, 'data')) as [Buffer];
    expect(data.toString()).toBe('reached');
    expect(refused).toEqual([]);
  });

  it('leaves no grant behind for what is called later', async () => {
    await open();
    const socket = connect(port, '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [unknown];
    expect(error).toBeInstanceOf(GuardError);
    expect(refused.at(-1)).toEqual({ tried: 'connect', target: `127.0.0.1:${port}` });
  });

  it('is not opened when its attempt was not recorded', async () => {
    const problem = new Error('not recorded');
    const attempt = open({ beforeConnect: () => Promise.reject(problem) });
    expect(await problemOf(attempt)).toBe(problem);
  });

  it('does not go on over TLS with another name, without the authority, or because the environment says so', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      for (const changes of [{ host: 'other.acme.internal' }, { authorities: [] }]) {
        const connection = await open(changes);
        await expect(connection.secure()).rejects.toThrow();
      }
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });

  it('tries the next address where one does not answer, and says what the last one answered', async () => {
    const asked: string[] = [];
    const beforeConnect = async (address: string) => void asked.push(address);
    await open({ addresses: ['::1', '127.0.0.1'], beforeConnect });
    expect(asked).toEqual(['::1', '127.0.0.1']);
    await expect(open({ addresses: [] })).rejects.toThrow();
  });
});
