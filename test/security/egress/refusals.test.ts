import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetwork } from '../../../src/adapters/network';
import type { EgressAttempt, Place } from '../../../src/contract';
import { createEgressBroker, type EgressPolicy } from '../../../src/engine/mechanism/egress';
import { type RecordingListener, recordingListener } from '../../support/recordingListener';

/*
 * For every way to get around the policy: no connection at real listeners on real sockets, no question to a name
 * server, one refused attempt in the ledger.
 */
const HERE: Place = { kind: 'this-machine', region: null };
const SITE: Place = { kind: 'this-site', region: null };
const CLOUD: Place = { kind: 'cloud', region: 'us-east' };

let listener: RecordingListener;
let relay: RecordingListener;
beforeAll(async () => {
  listener = await recordingListener((_request, response) => response.end('reached'));
  relay = await recordingListener((_request, response) => response.end('reached'), '127.0.0.2');
});
afterAll(async () => {
  await listener.close();
  await relay.close();
});

async function attempt(
  policy: Partial<EgressPolicy>,
  url: (port: number) => string,
  place: Place,
): Promise<{ code: unknown; asked: string[]; ledger: EgressAttempt[] }> {
  const asked: string[] = [];
  const ledger: EgressAttempt[] = [];
  const broker = createEgressBroker({
    network: createNetwork({
      resolve: async (host) => {
        asked.push(host);
        return ['127.0.0.1'];
      },
    }),
    policy: () => ({ airGap: false, hosts: [], residency: null, ...policy }),
    ledger: async (entry) => void ledger.push(entry),
    clock: {
      now: () => 0,
      monotonic: () => performance.now(),
      wait: () => Promise.resolve(),
      every: () => () => {},
    },
    newId: () => String(ledger.length),
  });
  const baseUrl = url(listener.port);
  const code = await broker
    .fetchFor({ baseUrl, purpose: 'model', place })(`${baseUrl}/v1/models`)
    .then(
      (response) => response.text(),
      (error: { code?: unknown }) => error.code,
    );
  await broker.close();
  return { code, asked, ledger };
}

const LOCAL: Partial<EgressPolicy> = { residency: { mode: 'local-only', regions: [] } };
const GAP: Partial<EgressPolicy> = { airGap: true };

describe('what is refused opens nothing and asks nobody', () => {
  it.each<[string, Partial<EgressPolicy>, (port: number) => string, Place]>([
    ['a cloud for a local-only tenant', LOCAL, () => 'https://api.openai.com', CLOUD],
    ['a local server that relays to a cloud', LOCAL, (port) => `http://127.0.0.1:${port}`, CLOUD],
    ['a cloud that is called a server of the site', LOCAL, () => 'https://api.openai.com', SITE],
    ['a cloud that is called this machine', LOCAL, () => 'https://api.openai.com', HERE],
    ['a host nobody declared, behind the air gap', GAP, () => 'https://api.openai.com', CLOUD],
    ['a relay behind the air gap', GAP, (port) => `http://127.0.0.1:${port}`, CLOUD],
    [
      'a region that is not the tenant’s',
      { residency: { mode: 'region-bound', regions: ['eu-de'] } },
      () => 'https://api.openai.com',
      CLOUD,
    ],
    ['a decimal address', {}, (port) => `http://2130706433:${port}`, HERE],
    ['an octal address', {}, (port) => `http://0177.0.0.1:${port}`, HERE],
    ['a hexadecimal address', {}, (port) => `http://0x7f.1:${port}`, HERE],
    ['a short address', {}, (port) => `http://127.1:${port}`, HERE],
    ['a mapped address', {}, (port) => `http://[::ffff:7f00:1]:${port}`, HERE],
    ['the unspecified address', {}, (port) => `http://0.0.0.0:${port}`, HERE],
    ['the other unspecified address', {}, (port) => `http://[::]:${port}`, HERE],
    ['a user name before the host', {}, (port) => `http://api.openai.com@127.0.0.1:${port}`, HERE],
    ['a final dot', {}, (port) => `http://localhost.:${port}`, HERE],
    ['the metadata service', {}, () => 'http://169.254.169.254', SITE],
    ['the metadata service over IPv6', {}, () => 'http://[fd00:ec2::254]', SITE],
    ['another scheme', {}, (port) => `ftp://127.0.0.1:${port}`, HERE],
  ])('%s', async (_name, policy, url, place) => {
    const before = listener.connections();
    const { code, asked, ledger } = await attempt(policy, url, place);
    expect(code).toMatch(/^(RESIDENCY|EGRESS)_REFUSED$/);
    expect(asked).toEqual([]);
    expect(listener.connections()).toBe(before);
    expect(ledger.map((entry) => entry.decision)).toEqual(['refused']);
  });

  it('a name that leads to this machine: it is asked for, and nothing is opened', async () => {
    const before = listener.connections();
    const { code, asked, ledger } = await attempt({}, (port) => `https://evil.example:${port}`, CLOUD);
    expect(code).toBe('EGRESS_REFUSED');
    expect(asked).toEqual(['evil.example']);
    expect(listener.connections()).toBe(before);
    expect(ledger.map((entry) => entry.decision)).toEqual(['allowed', 'refused']);
  });

  it('while the plain way is open', async () => {
    const before = listener.connections();
    const { code } = await attempt({ ...LOCAL, ...GAP }, (port) => `http://127.0.0.1:${port}`, HERE);
    expect(code).toBe('reached');
    expect(listener.connections()).toBe(before + 1);
  });
});

describe('a grant', () => {
  it('connects to nothing but its addresses, whatever the client asks for', async () => {
    const network = createNetwork();
    const before = [listener.connections(), relay.connections()];
    const granted = network.client({
      host: 'gpu.acme.internal',
      port: relay.port,
      addresses: ['127.0.0.2'],
      beforeConnect: async () => {},
    });
    expect(await (await granted.fetch(`http://gpu.acme.internal:${relay.port}/`)).text()).toBe('reached');
    await expect(granted.fetch(`http://127.0.0.1:${listener.port}/`)).rejects.toThrow();
    await expect(granted.fetch(`http://gpu.acme.internal:${listener.port}/`)).rejects.toThrow();
    expect(listener.connections()).toBe(before[0]);
    expect(relay.connections()).toBe((before[1] ?? 0) + 1);
    await granted.close();
  });

  it('ignores a proxy of the environment', async () => {
    const proxy = await recordingListener();
    process.env.HTTP_PROXY = process.env.http_proxy = `http://127.0.0.1:${proxy.port}`;
    try {
      const { code } = await attempt({}, (port) => `http://127.0.0.1:${port}`, HERE);
      expect(code).toBe('reached');
      expect(proxy.connections()).toBe(0);
    } finally {
      delete process.env.HTTP_PROXY;
      delete process.env.http_proxy;
      await proxy.close();
    }
  });
});
