import { mkdir } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFiles } from '../../src/adapters/files';
import { createLdapClient } from '../../src/adapters/ldap';
import { createOidcClient } from '../../src/adapters/oidc';
import { createSamlServiceProvider } from '../../src/adapters/saml';
import { createSqlcipherDriver } from '../../src/adapters/sqlcipher';
import { createSystemClock, createSystemRandom } from '../../src/adapters/system';
import {
  type AnswerEvent,
  ConsoleError,
  EXTRACTIVE_MODEL,
  initialParameters,
  type Model,
} from '../../src/contract';
import type { CallRequest, CallResult } from '../../src/engine/door';
import { createApiKeySeal } from '../../src/engine/mechanism/apiKeys';
import { createAuditSigner } from '../../src/engine/mechanism/chain';
import { openCommonPasswords } from '../../src/engine/mechanism/passwords';
import { createStatementSigner } from '../../src/engine/mechanism/statements';
import { createRefreshSeal, signingKeyFromSeed, splitCredential } from '../../src/engine/mechanism/tokens';
import { openRuntime, provisionTenant, type RuntimeHandle } from '../../src/engine/tenant';
import {
  closedNetwork,
  commonPasswords,
  MemoryLog,
  noBrowser,
  noEmbedder,
  plans,
  quickHasher,
  textParser,
} from '../support/engine';
import { problemOf } from '../support/engine/calls';
import { folderUntil } from '../support/engine/folders';
import { ADMINISTRATOR } from '../support/engine/world';

const MODEL: Model = {
  id: 'house/model',
  provider: 'house',
  name: 'model',
  kind: 'chat',
  place: { kind: 'this-machine', region: null },
  sizeBytes: null,
  parameters: null,
  quantization: null,
  contextTokens: null,
  digest: null,
  licence: null,
  price: null,
  starter: false,
};

/** A runtime over one database, one key, one folder and one policy, without anything of the installation. */
async function openAlone(): Promise<RuntimeHandle> {
  const folder = await folderUntil(onTestFinished);
  await mkdir(`${folder}/files`);
  const clock = createSystemClock();
  const random = createSystemRandom();
  const key = random.bytes(32);
  const driver = createSqlcipherDriver();
  const empty = await driver.create(`${folder}/tenant.db`, key);
  const administrator = {
    ...ADMINISTRATOR,
    id: '019a0000-0000-7000-8000-000000000001',
    role: 'tenant-admin' as const,
  };
  await provisionTenant({
    tenantId: '019a0000-0000-7000-8000-0000000000aa',
    log: new MemoryLog(),
    database: empty,
    tenantKey: key,
    administrator: { ...administrator, password: await quickHasher.hash(ADMINISTRATOR.password) },
    model: MODEL.id,
    parameters: initialParameters(MODEL),
    doer: { actor: 'system:test' },
    clock,
    random,
  });
  await empty.close();
  const plan = plans.find(({ id }) => id === 'starter');
  if (!plan) throw new Error('the plan is not there');
  const runtime = await openRuntime({
    onMetered: () => undefined,
    tenantId: '019a0000-0000-7000-8000-0000000000aa',
    database: await driver.open(`${folder}/tenant.db`, key),
    tenantKey: key,
    files: createFiles(folder),
    network: closedNetwork(),
    directoryClient: createLdapClient(),
    samlServiceProvider: createSamlServiceProvider(),
    oidcClient: createOidcClient(),
    browser: noBrowser,
    signOnDoor: {
      baseUrl: () => 'https://localhost:7443',
      keep: async () => undefined,
      hold: async () => () => undefined,
    },
    directory: {
      list: async () => [MODEL],
      find: async (id) => (id === MODEL.id ? MODEL : null),
      open: async () => ({
        endpoint: 'in this test',
        async *chat({ messages }) {
          yield { type: 'text', text: `You asked: ${messages.at(-1)?.content}` };
          yield { type: 'usage', inputTokens: 4, outputTokens: 5 };
        },
      }),
    },
    turns: { enter: async () => () => undefined },
    embedder: noEmbedder,
    parser: textParser,
    hasher: quickHasher,
    commonPasswords: openCommonPasswords(commonPasswords),
    apiKeySeal: createApiKeySeal(random.bytes(32)),
    refreshSeal: createRefreshSeal(random.bytes(32)),
    clock,
    random,
    log: new MemoryLog(),
    signStatement: createStatementSigner(signingKeyFromSeed(random.bytes(32))).sign,
    auditSigner: createAuditSigner(signingKeyFromSeed(random.bytes(32)), 'tenant:alone'),
    checkpointKeep: { read: async () => null, write: async () => undefined },
    entitlements: {
      version: 1,
      name: 'Alone',
      domain: 'alone.example',
      state: 'active',
      plan,
      residency: { mode: 'local-only', regions: [] },
      currency: 'EUR',
    },
    siteNetwork: () => ({ airGap: true, hosts: [] }),
    operatorNames: async () => new Map(),
    authenticateOutsider: async () => {
      throw new ConsoleError('NOT_SIGNED_IN');
    },
    onStoreProblem: () => undefined,
    onTokenKeys: async () => undefined,
    onDemands: async () => undefined,
    onHealth: () => undefined,
    reach: async () => undefined,
  });
  onTestFinished(() => runtime.close());
  expect([...key]).toEqual([...new Uint8Array(32)]);
  return runtime;
}

type Caller = (request: CallRequest) => Promise<CallResult>;

/** A call as it would go to another process: nothing but copies cross, a stream item by item. */
function acrossProcesses(runtime: RuntimeHandle): Caller {
  return async ({ signal, ...request }) => {
    try {
      const result = await runtime.call({ ...structuredClone(request), signal });
      const { output, ...rest } = result;
      const isStream = typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
      return {
        ...structuredClone(rest),
        output: isStream ? copied(output as AsyncIterable<unknown>) : structuredClone(output),
      };
    } catch (problem) {
      if (!(problem instanceof ConsoleError)) throw problem;
      const { code, detail } = structuredClone({ code: problem.code, detail: problem.detail });
      throw new ConsoleError(code, detail);
    }
  };
}

async function* copied(stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const value of stream) yield structuredClone(value);
}

describe('a tenant’s runtime alone', () => {
  it.each([
    [
      'in this process',
      (runtime: RuntimeHandle): Caller =>
        (request) =>
          runtime.call(request),
    ],
    ['as if in another one', acrossProcesses],
  ])('answers a question %s', async (_where, reach) => {
    const call = reach(await openAlone());
    let credential: string | null = null;
    async function ask<Output>(name: string, input: unknown): Promise<Output> {
      const result = await call({
        name,
        input,
        credential: credential === null ? null : splitCredential(credential).access,
        source: 'test',
        signal: new AbortController().signal,
        bytes: 0,
      });
      if (result.credential !== undefined) credential = result.credential;
      return result.output as Output;
    }
    expect(await problemOf(ask('identity.current', {}))).toMatchObject({ code: 'NOT_SIGNED_IN' });
    const { email, password } = ADMINISTRATOR;
    const session = await ask<{ tenant: { name: string } }>('identity.signIn', { email, password });
    expect(session.tenant.name).toBe('Alone');
    const file = new File(['Liquidity is the risk. %partly%'], 'risk.txt');
    await ask('knowledge.add', { file });
    const watching = await ask<AsyncIterable<{ state: string; problem: string | null }[]>>(
      'knowledge.watch',
      {},
    );
    for await (const [document] of watching) {
      if (document?.state !== 'ready') continue;
      expect(document.problem).toBe('A part of it is damaged.');
      break;
    }
    const events: AnswerEvent[] = [];
    for await (const event of await ask<AsyncIterable<AnswerEvent>>('assistant.ask', {
      content: 'What is the risk?',
    })) {
      events.push(event);
    }
    const last = events.at(-1);
    if (last?.type !== 'finished') throw new Error('it did not finish');
    expect(last.message.text).toContain('What is the risk?');
    expect(last.message.receipt).toMatchObject({
      model: MODEL.id,
      endpoint: 'in this test',
      cost: { micros: 0, currency: 'EUR' },
    });
    for (const name of [
      'overview.read',
      'usage.list',
      'audit.events',
      'configuration.models',
      'users.list',
    ]) {
      expect(await ask(name, { period: '24h', from: 0, to: Number.MAX_SAFE_INTEGER })).toBeTruthy();
    }
    const overview = await ask<AsyncIterable<unknown>>('overview.watch', { period: '24h' });
    for await (const figures of overview) {
      expect(figures).toMatchObject({ queries: { value: 1 } });
      break;
    }
  });

  it('takes a policy as a value and asks nobody for it', async () => {
    const runtime = await openAlone();
    const plan = plans.find(({ id }) => id === 'starter');
    if (!plan) throw new Error('the plan is not there');
    runtime.setEntitlements({
      version: 2,
      name: 'Renamed',
      domain: 'alone.example',
      state: 'active',
      plan: { ...plan, queriesPerMonth: 0 },
      residency: { mode: 'local-only', regions: [] },
      currency: 'EUR',
    });
    const base = { source: 'test', signal: new AbortController().signal, bytes: 0 };
    const { email, password } = ADMINISTRATOR;
    const signedIn = await runtime.call({
      ...base,
      name: 'identity.signIn',
      input: { email, password },
      credential: null,
    });
    const asked = runtime.call({
      ...base,
      name: 'assistant.ask',
      input: { content: 'Why?', options: { modelOverride: EXTRACTIVE_MODEL } },
      credential: splitCredential(signedIn.credential ?? '').access,
    });
    expect(await problemOf(asked)).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await runtime.close();
    const late = runtime.call({ ...base, name: 'identity.current', input: {}, credential: null });
    expect(await problemOf(late)).toMatchObject({ code: 'HOST_RESTARTING' });
  });
});
