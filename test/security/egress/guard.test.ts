import dgram from 'node:dgram';
import dns, { lookup } from 'node:dns';
import dnsPromises from 'node:dns/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import http, { createServer } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { connect, createServer as createLocalServer, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetwork, type GuardRefusal, installNetworkGuard } from '../../../src/adapters/network';
import { type RecordingListener, recordingListener } from '../../support/recordingListener';

/* The guard cannot be taken out again: this file has a process of its own. */
const refusals: GuardRefusal[] = [];
let listener: RecordingListener;
let folder: string;
let hosts: Server;

beforeAll(async () => {
  listener = await recordingListener((_request, response) => response.end('reached'));
  folder = mkdtempSync(join(tmpdir(), 'guard-'));
  hosts = createLocalServer((socket) => socket.end('host'));
  await new Promise<void>((resolve) => hosts.listen(join(folder, 'host'), resolve));
  installNetworkGuard({
    allowPath: (path) => path.startsWith(folder),
    onRefused: (refusal) => refusals.push(refusal),
  });
});
afterAll(async () => {
  hosts.close();
  await listener.close();
  rmSync(folder, { recursive: true, force: true });
});

const failure = (emitter: {
  on(event: 'error', listener: (error: Error) => void): unknown;
}): Promise<Error> => new Promise((resolve) => emitter.on('error', resolve));

describe('after the guard is installed, foreign code', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['fetch', () => fetch(`http://127.0.0.1:${listener.port}`).catch((error: Error) => error.cause)],
    ['fetch with a name', () => fetch('http://example.com').catch((error: Error) => error.cause)],
    ['http.get', () => failure(http.get(`http://127.0.0.1:${listener.port}`))],
    ['https.request', () => failure(https.request(`https://127.0.0.1:${listener.port}`).end())],
    ['http2.connect', () => failure(http2.connect(`http://127.0.0.1:${listener.port}`))],
    ['net.connect', () => failure(connect(listener.port, '127.0.0.1'))],
    ['net.connect to localhost', () => failure(connect(listener.port))],
    ['net.connect with options', () => failure(connect({ port: listener.port, host: '127.0.0.1' }))],
    ['socket.connect', () => failure(new Socket().connect(listener.port, '127.0.0.1'))],
    [
      'socket.connect with a port in words',
      () => failure(new Socket().connect({ port: String(listener.port) as unknown as number })),
    ],
    ['tls.connect', () => failure(tls.connect(listener.port, '127.0.0.1'))],
    ['another local socket', () => failure(connect('/run/other.sock'))],
    ['dns.lookup', () => new Promise((resolve) => dns.lookup('example.com', (error) => resolve(error)))],
    [
      'dns.lookup imported by name',
      () => new Promise((resolve) => lookup('example.com', (error) => resolve(error))),
    ],
    ['dns.resolve4', () => new Promise((resolve) => dns.resolve4('example.com', (error) => resolve(error)))],
    ['dns.promises.lookup', () => dns.promises.lookup('example.com').catch((error: Error) => error)],
    ['dns/promises resolve', () => dnsPromises.resolve('example.com').catch((error: Error) => error)],
    ['a resolver', () => new dns.promises.Resolver().resolve4('example.com').catch((error: Error) => error)],
    [
      'dgram',
      async () => {
        try {
          return dgram.createSocket('udp4');
        } catch (error) {
          return error;
        }
      },
    ],
  ])('%s is refused and reported', async (_name, tryIt) => {
    const before = refusals.length;
    expect(await tryIt()).toMatchObject({ name: 'GuardError', code: 'EACCES' });
    expect(refusals.length).toBeGreaterThan(before);
    expect(listener.connections()).toBe(0);
  });

  it('reaches the hosts of the console', async () => {
    const socket = connect(join(folder, 'host'));
    expect(await new Promise((resolve) => socket.on('data', (bytes) => resolve(bytes.toString())))).toBe(
      'host',
    );
  });

  it('can still be called on: servers are not connections out', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    server.close();
  });

  it('cannot take the guard out or put one over it', () => {
    expect(() => {
      Socket.prototype.connect = function (this: Socket) {
        return this;
      };
    }).toThrow(TypeError);
    expect(() => {
      dns.lookup = (() => {}) as unknown as typeof dns.lookup;
    }).toThrow(TypeError);
    expect(() => installNetworkGuard({ allowPath: () => true, onRefused: () => {} })).toThrow(/already/);
  });
});

describe('the network of the broker', () => {
  it('connects where it was granted, and what it calls back has no grant', async () => {
    const network = createNetwork();
    let inside: Promise<unknown> = Promise.resolve();
    const granted = network.client({
      host: '127.0.0.1',
      port: listener.port,
      addresses: ['127.0.0.1'],
      beforeConnect: async () => {
        inside = failure(connect(listener.port, '127.0.0.1'));
      },
    });
    const before = listener.connections();
    const response = await granted.fetch(`http://127.0.0.1:${listener.port}/`);
    const after = failure(connect(listener.port, '127.0.0.1'));
    expect(await response.text()).toBe('reached');
    expect(await inside).toMatchObject({ name: 'GuardError' });
    expect(await after).toMatchObject({ name: 'GuardError' });
    expect(listener.connections()).toBe(before + 1);
    await granted.close();
  });

  it('asks the resolver for the granted name', async () => {
    expect(await createNetwork().lookup('localhost', { purpose: 'model' })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(127\.0\.0\.1|::1)$/)]),
    );
  });
});
