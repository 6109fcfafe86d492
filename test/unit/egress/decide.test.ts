import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeclaredHost, Place, Residency } from '../../../src/contract';
import { kindOfAddress } from '../../../src/engine/mechanism/egress/addresses';
import {
  type Destination,
  decide,
  type EgressPolicy,
  RESOLVED,
  RULES,
  refuseResolved,
} from '../../../src/engine/mechanism/egress/decide';
import { FORM, readEndpoint } from '../../../src/engine/mechanism/egress/endpoint';

const HERE: Place = { kind: 'this-machine', region: null };
const SITE: Place = { kind: 'this-site', region: null };
const CLOUD: Place = { kind: 'cloud', region: null };
const GERMANY: Place = { kind: 'cloud', region: 'eu-de' };
const VIRGINIA: Place = { kind: 'cloud', region: 'us-east' };

const LOCAL: Residency = { mode: 'local-only', regions: [] };
const BOUND: Residency = { mode: 'region-bound', regions: ['eu-de'] };
const ANY: Residency = { mode: 'cloud-allowed', regions: [] };

const declared = (host: string, port: number, purpose: DeclaredHost['purpose'] = 'model'): DeclaredHost => ({
  host,
  port,
  purpose,
  note: '',
  declaredAt: 0,
});

const HOSTS = [
  declared('gpu.acme.internal', 11434),
  declared('10.1.2.3', 8000),
  declared('api.cloud.example', 443),
  declared('ldap.acme.internal', 443, 'directory'),
];

const OLLAMA = 'http://127.0.0.1:11434';
const GPU = 'http://gpu.acme.internal:11434/v1';
const API = 'https://api.cloud.example/v1';
const OTHER = 'https://other.example/v1';

const words: Record<string, string> = { ...RULES, ...FORM };
type Row = [
  residency: Residency | null,
  airGap: boolean,
  url: string,
  place: Place,
  purpose: Destination['purpose'],
  outcome: 'allowed' | 'EGRESS_REFUSED' | 'RESIDENCY_REFUSED',
  rule: keyof typeof RULES | keyof typeof FORM,
];

const table: Row[] = [
  // Local-only: this machine and declared hosts of the site, whatever the air gap says.
  [LOCAL, true, OLLAMA, HERE, 'model', 'allowed', 'loopback'],
  [LOCAL, false, OLLAMA, HERE, 'model', 'allowed', 'loopback'],
  [LOCAL, true, 'http://127.8.9.10:1', HERE, 'model', 'allowed', 'loopback'],
  [LOCAL, true, 'http://[::1]:11434', HERE, 'model', 'allowed', 'loopback'],
  [LOCAL, true, 'http://localhost:11434', HERE, 'model', 'allowed', 'loopback'],
  [LOCAL, true, GPU, SITE, 'model', 'allowed', 'declared'],
  [LOCAL, true, 'http://10.1.2.3:8000', SITE, 'model', 'allowed', 'declared'],
  [LOCAL, true, 'http://10.1.2.3:8001', SITE, 'model', 'RESIDENCY_REFUSED', 'localHost'],
  [LOCAL, false, 'http://10.1.2.4:8000', SITE, 'model', 'RESIDENCY_REFUSED', 'localHost'],
  [LOCAL, true, 'https://ldap.acme.internal', SITE, 'model', 'RESIDENCY_REFUSED', 'localHost'],
  [LOCAL, true, 'https://ldap.acme.internal', SITE, 'directory', 'allowed', 'declared'],
  [LOCAL, false, API, CLOUD, 'model', 'RESIDENCY_REFUSED', 'localPlace'],
  [LOCAL, false, API, GERMANY, 'model', 'RESIDENCY_REFUSED', 'localPlace'],
  [LOCAL, false, OLLAMA, CLOUD, 'model', 'RESIDENCY_REFUSED', 'localPlace'],
  [LOCAL, false, GPU, HERE, 'model', 'EGRESS_REFUSED', 'notThisMachine'],
  [LOCAL, false, OLLAMA, HERE, 'model-pull', 'RESIDENCY_REFUSED', 'tenantPull'],
  // Region-bound: inside counts as inside, a cloud must be in one of the regions.
  [BOUND, true, OLLAMA, HERE, 'model', 'allowed', 'loopback'],
  [BOUND, true, GPU, SITE, 'model', 'allowed', 'declared'],
  [BOUND, true, API, GERMANY, 'model', 'allowed', 'declared'],
  [BOUND, true, API, VIRGINIA, 'model', 'RESIDENCY_REFUSED', 'region'],
  [BOUND, false, API, CLOUD, 'model', 'RESIDENCY_REFUSED', 'region'],
  [BOUND, false, OTHER, GERMANY, 'model', 'allowed', 'open'],
  [BOUND, true, OTHER, GERMANY, 'model', 'EGRESS_REFUSED', 'closed'],
  [BOUND, false, OLLAMA, VIRGINIA, 'model', 'RESIDENCY_REFUSED', 'region'],
  // Cloud-allowed: what the air gap allows.
  [ANY, true, API, VIRGINIA, 'model', 'allowed', 'declared'],
  [ANY, true, OTHER, VIRGINIA, 'model', 'EGRESS_REFUSED', 'closed'],
  [ANY, false, OTHER, VIRGINIA, 'model', 'allowed', 'open'],
  [ANY, true, API, VIRGINIA, 'mail', 'EGRESS_REFUSED', 'closed'],
  [ANY, true, OLLAMA, CLOUD, 'model', 'EGRESS_REFUSED', 'closedRelay'],
  [ANY, false, OLLAMA, CLOUD, 'model', 'allowed', 'open'],
  [ANY, false, 'http://other.example/v1', CLOUD, 'model', 'EGRESS_REFUSED', 'insecure'],
  // The installation itself.
  [null, true, OLLAMA, HERE, 'model', 'allowed', 'loopback'],
  [null, true, OLLAMA, HERE, 'model-pull', 'EGRESS_REFUSED', 'closedPull'],
  [null, false, OLLAMA, HERE, 'model-pull', 'allowed', 'open'],
  [null, true, OTHER, CLOUD, 'model', 'EGRESS_REFUSED', 'closed'],
  // Attacks on the form, with everything open.
  ...(
    [
      ['http://169.254.169.254/latest/meta-data', 'address'],
      ['http://[fd00:ec2::254]/', 'address'],
      ['http://100.100.100.200/', 'address'],
      ['http://168.63.129.16/', 'address'],
      ['http://0.0.0.0:11434', 'address'],
      ['http://[::]:11434', 'address'],
      ['http://[::ffff:7f00:1]:11434', 'address'],
      ['http://[::ffff:127.0.0.1]:11434', 'host'],
      ['http://[64:ff9b::a9fe:a9fe]/', 'address'],
      ['http://[fe80::1]/', 'address'],
      ['http://224.0.0.1/', 'address'],
      ['http://255.255.255.255/', 'address'],
      ['http://2130706433:11434', 'host'],
      ['http://0x7f000001:11434', 'host'],
      ['http://0177.0.0.1:11434', 'host'],
      ['http://127.1:11434', 'host'],
      ['http://127.0.0.01:11434', 'host'],
      ['http://1２7.0.0.1', 'host'],
      ['http://①②⑦.0.0.1', 'host'],
      ['http://%31%32%37.0.0.1', 'host'],
      ['http://[0:0:0:0:0:0:0:1]:11434', 'host'],
      ['http://localhost.:11434', 'host'],
      ['http://api.cloud.example.:443', 'host'],
      ['http://münchen.example', 'host'],
      ['http://user:secret@127.0.0.1:11434', 'userInfo'],
      ['http://127.0.0.1@api.cloud.example', 'userInfo'],
      ['http://@127.0.0.1', 'userInfo'],
      ['ftp://127.0.0.1', 'scheme'],
      ['file:///etc/passwd', 'scheme'],
      ['gopher://127.0.0.1', 'scheme'],
      ['ws://127.0.0.1', 'scheme'],
      ['javascript:alert(1)', 'url'],
      ['data:text/plain,x', 'url'],
      ['http:127.0.0.1', 'url'],
      ['http:\\\\127.0.0.1', 'url'],
      ['http://127.0.0.1\\@evil.example', 'url'],
      [' http://127.0.0.1', 'url'],
      ['http://127.0.0.1\n.evil.example', 'url'],
      ['http://12\t7.0.0.1', 'url'],
      ['http://127.0.0.1:99999', 'url'],
      ['', 'url'],
      ['127.0.0.1:11434', 'url'],
    ] as [string, Row[6]][]
  ).map(([url, rule]): Row => [null, false, url, HERE, 'model', 'EGRESS_REFUSED', rule]),
];

describe('the decision', () => {
  it.each(table)('%j, air gap %s: %s at %j for %s is %s (%s)', (...row) => {
    const [residency, airGap, baseUrl, place, purpose, outcome, rule] = row;
    const policy: EgressPolicy = { airGap, hosts: HOSTS, residency };
    const decision = decide(policy, { baseUrl, place, purpose });
    expect({ outcome: decision.allowed ? 'allowed' : decision.code, rule: decision.rule }).toEqual({
      outcome,
      rule: words[rule],
    });
  });

  it('never lets a local-only tenant reach what is neither loopback nor declared, whatever is asked', () => {
    const anything = fc.record({
      baseUrl: fc.oneof(
        fc.webUrl(),
        fc.ipV4().map((ip) => `http://${ip}:80`),
        fc.constantFrom(API, OTHER, OLLAMA, GPU),
      ),
      place: fc.constantFrom(HERE, SITE, CLOUD, GERMANY),
      purpose: fc.constantFrom('model', 'directory', 'mail', 'archive', 'model-pull') as fc.Arbitrary<
        Destination['purpose']
      >,
    });
    fc.assert(
      fc.property(anything, fc.boolean(), (destination, airGap) => {
        const decision = decide({ airGap, hosts: HOSTS, residency: LOCAL }, destination);
        if (!decision.allowed) return;
        expect(destination.place.kind).not.toBe('cloud');
        const { host, port, loopback } = decision.endpoint;
        expect(loopback || HOSTS.some((entry) => entry.host === host && entry.port === port)).toBe(true);
      }),
    );
  });

  it('reads what the platform writes: a URL in plain form stays as it is', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['http', 'https'] }), (url) => {
        const endpoint = readEndpoint(url);
        if (!('broken' in endpoint)) expect(new URL(url).hostname).toBe(endpoint.host);
      }),
    );
  });
});

describe('what a name leads to', () => {
  const policy: EgressPolicy = { airGap: false, hosts: HOSTS, residency: null };
  const judge = (baseUrl: string, place: Place, addresses: string[]) => {
    const endpoint = readEndpoint(baseUrl);
    if ('broken' in endpoint) throw new Error(endpoint.broken);
    return refuseResolved(policy, { baseUrl, place, purpose: 'model' }, endpoint, addresses);
  };

  it.each<[string, Place, string[], string | null]>([
    [API, CLOUD, ['93.184.216.34'], null],
    [API, CLOUD, ['93.184.216.34', '2606:2800:220:1::1'], null],
    [API, CLOUD, [], RESOLVED.nothing],
    [API, CLOUD, ['169.254.169.254'], RESOLVED.never],
    [API, CLOUD, ['93.184.216.34', '169.254.169.254'], RESOLVED.never],
    [API, CLOUD, ['::ffff:169.254.169.254'], RESOLVED.never],
    [API, CLOUD, ['fe80::1%eth0'], RESOLVED.never],
    [API, CLOUD, ['0.0.0.0'], RESOLVED.never],
    [API, CLOUD, ['127.0.0.1'], RESOLVED.loopback],
    [GPU, SITE, ['127.0.0.1'], RESOLVED.loopback],
    [GPU, SITE, ['10.0.0.9'], null],
    [OTHER, CLOUD, ['10.0.0.9'], RESOLVED.inside],
    [OTHER, CLOUD, ['fd12::1'], RESOLVED.inside],
    [API, CLOUD, ['10.0.0.9'], null],
    [API, CLOUD, ['nonsense'], RESOLVED.never],
  ])('%s at %j leading to %j: %s', (url, place, addresses, rule) => {
    expect(judge(url, place, addresses)).toBe(rule);
  });
});

describe('kinds of addresses', () => {
  it.each<[string, ReturnType<typeof kindOfAddress>]>([
    ['127.0.0.1', 'loopback'],
    ['8.8.8.8', 'public'],
    ['192.168.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.1', 'public'],
    ['100.64.0.1', 'private'],
    ['198.18.0.1', 'reserved'],
    ['::1', 'loopback'],
    ['2001:db8::1', 'public'],
    ['2002:7f00:1::', 'embedded'],
    ['2001:0:1::1', 'embedded'],
    ['::7f00:1', 'embedded'],
    ['::ffff:0:7f00:1', 'embedded'],
    ['fc00::1', 'private'],
    ['ff02::1', 'multicast'],
    ['1:2:3', null],
    ['1::2::3', null],
    ['256.1.1.1', null],
    ['01.1.1.1', null],
    ['example', null],
  ])('%s is %s', (text, kind) => {
    expect(kindOfAddress(text)).toBe(kind);
  });

  it('answers for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.ipV4Extended()), (text) => void kindOfAddress(text)),
    );
    fc.assert(fc.property(fc.ipV6(), (text) => void expect(kindOfAddress(text)).not.toBeNull()));
  });
});
