import { describe, expect, it, onTestFinished } from 'vitest';
import { type AnswerEvent, ConsoleError, EXTRACTIVE_MODEL, type Model, type Plan } from '../../src/contract';
import type { EnginePorts, ProviderFactory } from '../../src/engine/ports';
import { deadProviders, plans, startTestEngine } from '../support/engine';
import { problemOf } from '../support/engine/calls';
import { at, openTestWindow, type TestClient } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import { TestClock } from '../support/engine/testClock';
import { createOperator, createTenant, OPERATOR, signInAdministrator } from '../support/engine/world';

const CLOUD_NAME = 'cloud-model';

/** Servers that hold one model each, somewhere else, which answers. */
const cloudServers: ProviderFactory = {
  ...deadProviders,
  openAiCompatible: ({ id, place }) => {
    const model: Model = {
      id: `${id}/${CLOUD_NAME}`,
      provider: id,
      name: CLOUD_NAME,
      kind: 'chat',
      place,
      sizeBytes: null,
      parameters: null,
      quantization: null,
      contextTokens: null,
      digest: null,
      licence: null,
      price: null,
      starter: false,
    };
    return {
      version: async () => '1',
      list: async () => [model],
      async *chat() {
        yield { type: 'text', text: 'From the cloud.' };
        yield { type: 'usage', inputTokens: 1_500_000, outputTokens: 1 };
      },
    };
  },
};

async function start(changes: Partial<Plan> = {}, overrides: Partial<EnginePorts> = {}) {
  const next = changes.queriesPerMonth ? { queriesPerMonth: changes.queriesPerMonth + 1 } : {};
  const own = plans.map((plan) => ({
    ...plan,
    ...(plan.id === 'professional' ? changes : {}),
    // The plan above it has room for one query more.
    ...(plan.id === 'enterprise' ? next : {}),
  }));
  const test = startTestEngine(await folderUntil(onTestFinished), { plans: own, ...overrides });
  onTestFinished(() => test.engine.close());
  const operator = openTestWindow(test.engine).client;
  await createOperator(operator);
  const id = await createTenant(operator);
  const member = openTestWindow(test.engine).client;
  await signInAdministrator(member);
  return { test, operator, member, id };
}

async function ask(member: TestClient, id: string, input: object = {}): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  for await (const event of await member.tenant.assistant.ask({ content: 'Why?', ...input }, at(id)))
    events.push(event);
  return events;
}

function messageOf(events: readonly AnswerEvent[]) {
  const last = events.at(-1);
  if (last?.type !== 'finished') throw new Error('it did not finish');
  return last.message;
}

async function usageOf(member: TestClient, id: string) {
  const { events } = await member.tenant.usage.list(
    { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 200 },
    at(id),
  );
  return events;
}

/** Exactly one usage event, of this outcome. */
async function requireOne(member: TestClient, id: string, expected: object): Promise<void> {
  const events = await usageOf(member, id);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject(expected);
  const { queries } = await member.tenant.overview.read({ period: '24h' }, at(id));
  expect(queries.value).toBe(1);
}

describe('the course of a tenant’s queries', () => {
  it('has every day of the fourteen, also those that passed while nothing was collected', async () => {
    const DAY_MS = 86_400_000;
    const clock = new TestClock();
    const { operator, member, id } = await start({}, { clock });
    await ask(member, id);
    for (const days of [6, 4]) {
      clock.set(clock.now() + days * DAY_MS);
      await signInAdministrator(member);
      await ask(member, id);
    }
    await operator.installation.operators.signIn(OPERATOR);
    const trend = async (client: TestClient) =>
      (await client.installation.tenants.list({})).tenants[0]?.trend;
    const expected = [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1];
    expect(await trend(operator)).toEqual(expected);
  });
});

describe('what a month has cost', () => {
  it('is that of a calendar month of UTC, and the one before can be read', async () => {
    const clock = new TestClock(Date.UTC(2026, 1, 28, 23, 30));
    const { member, id } = await start({}, { clock });
    const billing = (period: 'current' | 'previous') => member.tenant.billing.read({ period }, at(id));
    await ask(member, id);
    expect(await billing('current')).toMatchObject({
      from: Date.UTC(2026, 1, 1),
      to: Date.UTC(2026, 2, 1),
      queries: 1,
    });
    clock.set(Date.UTC(2026, 2, 1, 0, 10));
    await signInAdministrator(member);
    expect(await billing('current')).toMatchObject({ queries: 0, quota: { used: 0 }, models: [] });
    expect(await billing('previous')).toMatchObject({ to: Date.UTC(2026, 2, 1), queries: 1 });
  });
});

describe('a query leaves exactly one usage event', () => {
  it('when it was answered', async () => {
    const { member, id } = await start();
    await ask(member, id);
    await requireOne(member, id, {
      outcome: 'answered',
      inputTokens: 12,
      outputTokens: 3,
      tokensReported: true,
      problem: null,
    });
  });

  it('when the model reported no tokens: an estimate, and said to be one', async () => {
    const { test, member, id } = await start();
    test.runtime.script = async function* () {
      yield { type: 'text', text: '12345678' };
    };
    await ask(member, id);
    await requireOne(member, id, { outcome: 'answered', outputTokens: 2, tokensReported: false });
  });

  it('when it was asked in a conversation that was there', async () => {
    const { member, id } = await start();
    const [accepted] = await ask(member, id);
    if (accepted?.type !== 'accepted') throw new Error('it was not accepted');
    await ask(member, id, { conversationId: accepted.conversationId });
    expect((await usageOf(member, id)).map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
    const { messages } = await member.tenant.assistant.read({ id: accepted.conversationId }, at(id));
    expect(messages.map(({ role }) => role)).toEqual(['question', 'answer', 'question', 'answer']);
  });

  it('when it was stopped half-way, also when the model does not heed it', async () => {
    const { test, member, id } = await start();
    test.runtime.script = async function* () {
      yield { type: 'text', text: 'Half of' };
      await new Promise(() => undefined);
    };
    const events: AnswerEvent[] = [];
    for await (const event of await member.tenant.assistant.ask({ content: 'Why?' }, at(id))) {
      events.push(event);
      if (event.type === 'text') {
        const [accepted] = events;
        if (accepted?.type !== 'accepted') throw new Error('it was not accepted');
        await member.tenant.assistant.stop({ answerId: accepted.answerId }, at(id));
      }
    }
    expect(messageOf(events)).toMatchObject({ outcome: 'stopped', text: 'Half of', problem: null });
    await requireOne(member, id, { outcome: 'stopped', outputTokens: 2 });
  });

  it('when it was stopped while the documents were searched', async () => {
    const searching = Promise.withResolvers<void>();
    const { member, id } = await start(
      {},
      {
        embedder: {
          dimensions: 1,
          available: async () => true,
          embed(texts, signal) {
            if (texts[0] !== 'Why?') return Promise.resolve(texts.map(() => new Float32Array([1])));
            searching.resolve();
            return new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => reject(new ConsoleError('CANCELLED')));
            });
          },
        },
      },
    );
    await member.tenant.knowledge.add({ file: new File(['Something to find.'], 'a.txt') }, at(id));
    for await (const documents of await member.tenant.knowledge.watch({}, at(id))) {
      if (documents[0]?.state === 'ready') break;
    }
    const stream = await member.tenant.assistant.ask({ content: 'Why?' }, at(id));
    const first = await stream[Symbol.asyncIterator]().next();
    if (first.done || first.value.type !== 'accepted') throw new Error('it was not accepted');
    await searching.promise;
    await member.tenant.assistant.stop({ answerId: first.value.answerId }, at(id));
    let last: AnswerEvent | undefined;
    for await (const event of stream) last = event;
    expect(messageOf(last ? [last] : [])).toMatchObject({ outcome: 'stopped', text: '' });
    await requireOne(member, id, { outcome: 'stopped' });
  });

  it('when every model failed before its first word: the quotations answer, and the receipt says why', async () => {
    const { test, member, id } = await start();
    test.runtime.script = async function* () {
      yield* [];
      throw new ConsoleError('HOST_RESTARTING');
    };
    const message = messageOf(await ask(member, id));
    expect(message).toMatchObject({ outcome: 'answered' });
    expect(message.receipt).toMatchObject({
      model: EXTRACTIVE_MODEL,
      route: 'fallback',
      passedOver: [{ model: 'embedded/smollm2-135m-instruct' }],
    });
    await requireOne(member, id, { outcome: 'answered', model: EXTRACTIVE_MODEL, route: 'fallback' });
  });

  it('when the model failed after its first word: what it said is kept', async () => {
    const { test, member, id } = await start();
    test.runtime.script = async function* () {
      yield { type: 'text', text: 'Begun' };
      throw new Error('a secret of the model host');
    };
    const message = messageOf(await ask(member, id));
    expect(message).toMatchObject({ outcome: 'failed', text: 'Begun', problem: 'MODEL_FAILED' });
    expect(JSON.stringify(message)).not.toContain('secret');
    await requireOne(member, id, { outcome: 'failed', problem: 'MODEL_FAILED', outputTokens: 2 });
  });

  it('when the console is closed under it: interrupted, not stopped', async () => {
    const { test, operator, member, id } = await start();
    const begun = Promise.withResolvers<void>();
    test.runtime.script = async function* () {
      yield { type: 'text', text: 'Begun' };
      begun.resolve();
      await new Promise(() => undefined);
    };
    const asked = ask(member, id);
    await begun.promise;
    await operator.installation.tenants.suspend({ id, reason: 'a test' });
    expect(messageOf(await asked)).toMatchObject({
      outcome: 'interrupted',
      text: 'Begun',
      problem: 'HOST_RESTARTING',
    });
    await operator.installation.tenants.resume({ id });
    await requireOne(member, id, { outcome: 'interrupted', problem: 'HOST_RESTARTING' });
  });

  it('when the plan had no query left', async () => {
    const { member, id } = await start({ queriesPerMonth: 0 });
    expect(await problemOf(ask(member, id))).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await requireOne(member, id, { outcome: 'refused', problem: 'QUOTA_EXCEEDED' });
  });

  it('when too many ran', async () => {
    const { member, id } = await start({ concurrentRequests: 0 });
    expect(await problemOf(ask(member, id))).toMatchObject({ code: 'TOO_BUSY' });
    await requireOne(member, id, { outcome: 'refused', problem: 'TOO_BUSY' });
  });

  it('when the conversation is somebody else’s or none', async () => {
    const { member, id } = await start();
    const input = { conversationId: '019a0000-0000-7000-8000-000000000000' };
    expect(await problemOf(ask(member, id, input))).toMatchObject({ code: 'NOT_FOUND' });
    await requireOne(member, id, { outcome: 'refused', problem: 'NOT_FOUND' });
  });
});

describe('a model somewhere else', () => {
  async function withCloud(mode: 'local-only' | 'cloud-allowed' | 'region-bound', price: boolean) {
    const site = await start({}, { providers: cloudServers });
    const { operator, id } = site;
    const provider = await operator.installation.models.declareProvider({
      kind: 'openai-compatible',
      name: 'Cloud',
      baseUrl: 'https://models.example/v1',
      place: 'cloud',
      region: 'eu-de',
      evidence: 'contract 7',
      key: 'key',
    });
    const model = `${provider.id}/${CLOUD_NAME}`;
    const money = (micros: number) => ({ micros, currency: 'USD' });
    if (price) {
      await operator.installation.models.setPrice({
        id: model,
        price: { per: 'million-tokens', input: money(3), output: money(7) },
      });
    }
    const { revision } = await operator.installation.tenants.read({ id });
    const regions = mode === 'region-bound' ? ['us-east'] : [];
    await operator.installation.tenants.update({ id, revision, residency: { mode, regions } });
    return { ...site, model };
  }

  it.each([
    ['local-only', true, 'RESIDENCY_REFUSED'],
    ['region-bound', true, 'RESIDENCY_REFUSED'],
    ['cloud-allowed', false, 'PRICE_UNKNOWN'],
  ] as const)(
    'asked for by name by a tenant that is %s (priced: %s) is refused',
    async (mode, price, code) => {
      const { member, id, model } = await withCloud(mode, price);
      const input = { options: { modelOverride: model } };
      expect(await problemOf(ask(member, id, input))).toMatchObject({ code });
      await requireOne(member, id, { outcome: 'refused', problem: code });
    },
  );

  it('is passed over where it is a fallback that the policy forbids', async () => {
    const { test, member, id, model } = await withCloud('local-only', true);
    test.runtime.script = async function* () {
      yield* [];
      throw new ConsoleError('MODEL_UNAVAILABLE');
    };
    const configuration = await member.tenant.configuration.read({}, at(id));
    await member.tenant.configuration.update({ ...configuration, fallbacks: [model] }, at(id));
    const { receipt } = messageOf(await ask(member, id));
    expect(receipt).toMatchObject({ model: EXTRACTIVE_MODEL, place: { kind: 'this-machine' } });
    expect(receipt?.passedOver.map((passed) => passed.model).sort()).toEqual(
      [model, 'embedded/smollm2-135m-instruct'].sort(),
    );
  });

  it('answers before the quotations, wherever those stand among the fallbacks, and is priced', async () => {
    const { test, member, id, model } = await withCloud('cloud-allowed', true);
    test.runtime.script = async function* () {
      yield* [];
      throw new ConsoleError('MODEL_UNAVAILABLE');
    };
    const configuration = await member.tenant.configuration.read({}, at(id));
    await member.tenant.configuration.update(
      { ...configuration, fallbacks: [EXTRACTIVE_MODEL, model] },
      at(id),
    );
    const { receipt } = messageOf(await ask(member, id));
    // 1.5 million tokens at 3 micro-units a million, and one at 7: each rounded up.
    expect(receipt).toMatchObject({ model, route: 'fallback', cost: { micros: 5 + 1, currency: 'USD' } });
    expect((await member.tenant.overview.read({ period: '24h' }, at(id))).costMicros.value).toBe(6);
    const { monthlyBase, ...billing } = await member.tenant.billing.read({ period: 'current' }, at(id));
    expect(billing).toMatchObject({
      plan: 'professional',
      cost: { micros: 6, currency: 'USD' },
      total: { micros: monthlyBase.micros + 6, currency: monthlyBase.currency },
      models: [{ model, queries: 1, inputTokens: 1_500_000, outputTokens: 1, cost: { micros: 6 } }],
      quota: { used: 1, limit: 100_000 },
    });
  });

  it('is not asked once the policy has changed, however new the change', async () => {
    const { operator, member, id, model } = await withCloud('cloud-allowed', true);
    const input = { options: { modelOverride: model } };
    await ask(member, id, input);
    const { revision } = await operator.installation.tenants.read({ id });
    await operator.installation.tenants.update({
      id,
      revision,
      residency: { mode: 'local-only', regions: [] },
    });
    expect(await problemOf(ask(member, id, input))).toMatchObject({ code: 'RESIDENCY_REFUSED' });
  });
});

describe('limits', () => {
  it('of the month hold for calls that come together, and refusals use nothing up', async () => {
    const limit = 7;
    const { test, operator, member, id } = await start({ queriesPerMonth: limit });
    const nobody = { conversationId: '019a0000-0000-7000-8000-000000000000' };
    await Promise.all([1, 2, 3].map(() => problemOf(ask(member, id, nobody))));
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => ask(member, id)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(limit);
    const { quota } = await member.tenant.overview.read({ period: '24h' }, at(id));
    expect(quota).toMatchObject({ queriesUsed: limit, queriesLimit: limit });
    // The count out of the store is the same as the one in memory.
    await operator.installation.tenants.suspend({ id, reason: 'a test' });
    await operator.installation.tenants.resume({ id });
    expect(await problemOf(ask(member, id))).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    const { revision } = await operator.installation.tenants.read({ id });
    await operator.installation.tenants.update({ id, revision, plan: 'enterprise' });
    await ask(member, id);
    expect(await problemOf(ask(member, id))).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(test.runtime.requests).toHaveLength(limit + 1);
  });

  it('of those that run at once hold, and a place is given back however it ends', async () => {
    const { test, member, id } = await start({ concurrentRequests: 2 });
    const go = Promise.withResolvers<void>();
    test.runtime.script = async function* () {
      await go.promise;
      yield { type: 'text', text: 'Now.' };
      throw new Error('and no further');
    };
    const asked = Array.from({ length: 6 }, () => ask(member, id));
    const refused = asked.map((one) =>
      one.then(
        () => null,
        (problem: { code: string }) => problem.code,
      ),
    );
    await expect.poll(async () => (await usageOf(member, id)).length).toBe(4);
    go.resolve();
    expect((await Promise.all(refused)).filter((code) => code === 'TOO_BUSY')).toHaveLength(4);
    expect(messageOf(await ask(member, id))).toMatchObject({ text: 'Now.' });
    expect(messageOf(await ask(member, id))).toMatchObject({ text: 'Now.' });
  });
});
