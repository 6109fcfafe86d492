import { describe, expect, it } from 'vitest';
import { createNetwork } from '../../../src/adapters/network';
import { ConsoleError, type EgressAttempt, type Place } from '../../../src/contract';
import {
  createEgressBroker,
  type EgressBroker,
  type EgressPolicy,
  RULES,
} from '../../../src/engine/mechanism/egress';
import { RESOLVED } from '../../../src/engine/mechanism/egress/decide';
import type { Network } from '../../../src/engine/ports';
import { recordingListener } from '../../support/recordingListener';

const HERE: Place = { kind: 'this-machine', region: null };
const SITE: Place = { kind: 'this-site', region: null };
const CLOUD: Place = { kind: 'cloud', region: null };
const clock = {
  now: () => 1_700_000_000_000,
  monotonic: () => performance.now(),
  wait: () => Promise.resolve(),
  every: () => () => {},
};

interface Setup {
  readonly broker: EgressBroker;
  readonly ledger: EgressAttempt[];
  readonly asked: string[];
  policy: EgressPolicy;
}

function setup(
  changes: Partial<EgressPolicy> = {},
  resolve: (host: string) => string[] = () => [],
  write: (attempt: EgressAttempt) => Promise<void> = async () => {},
  around: (network: Network) => Network = (network) => network,
): Setup {
  const ledger: EgressAttempt[] = [];
  const asked: string[] = [];
  const network = createNetwork({
    resolve: async (host) => {
      asked.push(host);
      return resolve(host);
    },
  });
  const made: Setup = {
    ledger,
    asked,
    policy: { airGap: true, hosts: [], residency: { mode: 'local-only', regions: [] }, ...changes },
    broker: createEgressBroker({
      network: around(network),
      policy: () => made.policy,
      ledger: async (attempt) => {
        await write(attempt);
        ledger.push(attempt);
      },
      clock,
      newId: () => String(ledger.length),
    }),
  };
  return made;
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'allowed',
    (error: unknown) => (error instanceof ConsoleError ? `${error.code}: ${error.detail.reason}` : error),
  );

describe('the egress broker', () => {
  it('connects on this machine, once for many requests, with one entry in the ledger', async () => {
    const server = await recordingListener((_request, response) => response.end('hello'));
    const { broker, ledger, asked } = setup();
    const baseUrl = `http://localhost:${server.port}`;
    for (let index = 0; index < 3; index += 1) {
      const fetch = broker.fetchFor({ baseUrl, purpose: 'model', place: HERE });
      expect(await (await fetch(`${baseUrl}/path`)).text()).toBe('hello');
      // The connection is free again a moment after the last byte.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(server.connections()).toBe(1);
    expect(asked).toEqual([]);
    expect(ledger).toEqual([
      {
        id: '0',
        at: 1_700_000_000_000,
        host: 'localhost',
        port: server.port,
        purpose: 'model',
        decision: 'allowed',
        rule: RULES.loopback,
        place: HERE,
        model: null,
      },
    ]);
    await broker.close();
    await server.close();
  });

  it('makes connections for one model at a time, so that the ledger says for which', async () => {
    const server = await recordingListener((_request, response) => response.end('hello'));
    const { broker, ledger } = setup();
    const baseUrl = `http://localhost:${server.port}`;
    for (const model of ['house/a', 'house/b', 'house/a', 'house/b']) {
      const fetch = broker.fetchFor({ baseUrl, purpose: 'model', place: HERE, model });
      expect(await (await fetch(`${baseUrl}/path`)).text()).toBe('hello');
      // The connection is free again a moment after the last byte.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(server.connections()).toBe(2);
    expect(ledger.map(({ model, place }) => [model, place])).toEqual([
      ['house/a', HERE],
      ['house/b', HERE],
    ]);
    await broker.close();
    await server.close();
  });

  it('never lets two tenants share a connection', async () => {
    const server = await recordingListener((_request, response) => response.end('hello'));
    const baseUrl = `http://127.0.0.1:${server.port}`;
    const brokers = [setup().broker, setup().broker];
    for (const broker of brokers) {
      await (await broker.fetchFor({ baseUrl, purpose: 'model', place: HERE })(baseUrl)).text();
    }
    expect(server.connections()).toBe(2);
    for (const broker of brokers) await broker.close();
    await server.close();
  });

  it('sends no byte to another machine before the attempt is recorded', async () => {
    const order: string[] = [];
    const { broker } = setup(
      { airGap: false, residency: null },
      () => ['203.0.113.7'],
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        order.push('recorded');
      },
      (network) => ({
        ...network,
        lookup: async () => {
          order.push('looked up');
          return ['203.0.113.7'];
        },
        client: (grant) => ({
          fetch: async () => {
            await grant.beforeConnect('203.0.113.7');
            order.push('connected');
            return new Response('ok');
          },
          close: async () => {},
        }),
      }),
    );
    const baseUrl = 'https://api.cloud.example';
    const fetch = broker.fetchFor({ baseUrl, purpose: 'model', place: CLOUD });
    await fetch(baseUrl);
    await fetch(baseUrl);
    expect(order).toEqual(['recorded', 'looked up', 'connected', 'recorded', 'connected']);
  });

  it('does nothing when the attempt cannot be recorded', async () => {
    const server = await recordingListener((_request, response) => response.end('hello'));
    const { broker, asked } = setup(
      { airGap: false, residency: null },
      () => ['203.0.113.7'],
      async () => {
        throw new Error('disk full');
      },
    );
    const outside = broker.fetchFor({ baseUrl: 'https://api.cloud.example', purpose: 'model', place: CLOUD });
    expect(await codeOf(outside('https://api.cloud.example'))).toMatch(/EGRESS_REFUSED.*recorded/);
    expect(asked).toEqual([]);
    const baseUrl = `http://127.0.0.1:${server.port}`;
    const inside = broker.fetchFor({ baseUrl, purpose: 'model', place: HERE });
    expect(await codeOf(inside(baseUrl))).toMatch(/EGRESS_REFUSED.*recorded/);
    expect(await codeOf(inside(baseUrl))).toMatch(/EGRESS_REFUSED.*recorded/);
    await broker.close();
    await server.close();
  });

  it('does not follow a redirect', async () => {
    const target = await recordingListener((_request, response) => response.end('secret'));
    const server = await recordingListener((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${target.port}/` }).end();
    });
    const { broker, ledger } = setup();
    const baseUrl = `http://127.0.0.1:${server.port}`;
    const fetch = broker.fetchFor({ baseUrl, purpose: 'model', place: HERE });
    expect(await codeOf(fetch(baseUrl, { redirect: 'follow' }))).toMatch(/EGRESS_REFUSED.*redirect/);
    expect(target.connections()).toBe(0);
    expect(ledger.map((entry) => entry.decision)).toEqual(['allowed', 'refused']);
    await broker.close();
    await server.close();
    await target.close();
  });

  it('does not let a library lead it to another server', async () => {
    const other = await recordingListener((_request, response) => response.end('hello'));
    const { broker, ledger } = setup();
    const fetch = broker.fetchFor({ baseUrl: 'http://127.0.0.1:9', purpose: 'model', place: HERE });
    expect(await codeOf(fetch(`http://127.0.0.1:${other.port}/`))).toMatch(/EGRESS_REFUSED.*another server/);
    expect(await codeOf(fetch('http://user@127.0.0.1:9/'))).toMatch(/EGRESS_REFUSED/);
    expect(other.connections()).toBe(0);
    expect(ledger.map((entry) => entry.decision)).toEqual(['refused', 'refused']);
    await other.close();
  });

  it('obeys a policy that changes while a connection is kept', async () => {
    const server = await recordingListener((_request, response) => response.end('hello'));
    const made = setup({ airGap: false, residency: { mode: 'cloud-allowed', regions: [] } });
    const baseUrl = `http://127.0.0.1:${server.port}`;
    const fetch = made.broker.fetchFor({ baseUrl, purpose: 'model', place: CLOUD });
    await (await fetch(baseUrl)).text();
    made.policy = { ...made.policy, airGap: true };
    expect(await codeOf(fetch(baseUrl))).toBe(`EGRESS_REFUSED: ${RULES.closedRelay}`);
    made.policy = { ...made.policy, residency: { mode: 'local-only', regions: [] } };
    expect(await codeOf(fetch(baseUrl))).toBe(`RESIDENCY_REFUSED: ${RULES.localPlace}`);
    expect(server.connections()).toBe(1);
    await made.broker.close();
    await server.close();
  });

  it('connects to what it checked, though the name leads elsewhere meanwhile', async () => {
    // A declared name of the site; the network's connections are recorded instead of made.
    const connected: string[] = [];
    const answers = [['10.0.0.5'], ['169.254.169.254']];
    const hosts = [
      { host: 'gpu.acme.internal', port: 80, purpose: 'model' as const, note: '', declaredAt: 0 },
    ];
    const { broker, asked } = setup(
      { hosts },
      () => answers.shift() ?? [],
      async () => {},
      (network) => ({
        ...network,
        client: (grant) => ({
          fetch: async () => {
            for (const address of grant.addresses) {
              await grant.beforeConnect(address);
              connected.push(address);
            }
            return new Response('ok');
          },
          close: async () => {},
        }),
      }),
    );
    const fetch = broker.fetchFor({ baseUrl: 'http://gpu.acme.internal', purpose: 'model', place: SITE });
    await fetch('http://gpu.acme.internal/1');
    await fetch('http://gpu.acme.internal/2');
    expect(connected).toEqual(['10.0.0.5', '10.0.0.5']);
    expect(asked).toEqual(['gpu.acme.internal']);
  });

  it('refuses a declared name that leads to link-local or to this machine', async () => {
    const hosts = [
      { host: 'gpu.acme.internal', port: 80, purpose: 'model' as const, note: '', declaredAt: 0 },
    ];
    for (const [address, rule] of [
      ['169.254.169.254', RESOLVED.never],
      ['127.0.0.1', RESOLVED.loopback],
    ] as const) {
      const { broker, ledger } = setup({ hosts }, () => [address]);
      const fetch = broker.fetchFor({ baseUrl: 'http://gpu.acme.internal', purpose: 'model', place: SITE });
      expect(await codeOf(fetch('http://gpu.acme.internal/'))).toBe(`EGRESS_REFUSED: ${rule}`);
      expect(ledger.map((entry) => entry.decision)).toEqual(['allowed', 'refused']);
    }
  });

  it('tells the simulator what it would decide, and records nothing', () => {
    const { broker, ledger } = setup();
    expect(broker.check({ baseUrl: 'http://127.0.0.1:1', purpose: 'model', place: HERE }).allowed).toBe(true);
    expect(broker.check({ baseUrl: 'https://a.example', purpose: 'model', place: CLOUD })).toMatchObject({
      allowed: false,
      code: 'RESIDENCY_REFUSED',
    });
    expect(ledger).toEqual([]);
  });

  it('passes on an abort and a connection that fails', async () => {
    const server = await recordingListener(() => {});
    const { broker } = setup();
    const baseUrl = `http://127.0.0.1:${server.port}`;
    const fetch = broker.fetchFor({ baseUrl, purpose: 'model', place: HERE });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    await expect(fetch(baseUrl, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    await server.close();
    await expect(fetch(baseUrl)).rejects.toBeInstanceOf(TypeError);
    await broker.close();
  });
});
