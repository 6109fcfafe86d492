import { describe, expect, it } from 'vitest';
import { at } from '../../support/engine/client';
import { TestClock } from '../../support/engine/testClock';
import { ADMINISTRATOR, newTenant, OPERATOR } from '../../support/engine/world';
import { startRest } from '../../support/rest';

const QUESTION = { content: 'What are the key risk factors?' };
const GLOBEX = newTenant({ name: 'Globex', domain: 'globex.example' });

type Rest = Awaited<ReturnType<typeof startRest>>;
type Problem = { code: string; detail?: string };

function ask({ send, tenant }: Rest, key: string, body: object = QUESTION, headers = {}) {
  return send('POST', `/tenants/${tenant}/ai/query`, {
    body,
    headers: { 'idempotency-key': key, ...headers },
  });
}

async function tokenOf({ send }: Rest, body: object): Promise<string> {
  const answer = await send('POST', '/sessions', { credential: null, body });
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

async function problemOf(answer: Response): Promise<Problem> {
  return (await answer.json()) as Problem;
}

describe('a question with an idempotency key', () => {
  it('is asked once, and answered again with the first answer', async () => {
    const rest = await startRest();
    const first = await ask(rest, '"first"');
    const answer = await first.json();
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const again = await ask(rest, 'first');
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toEqual(answer);
    const events = await (await ask(rest, 'first', QUESTION, { accept: 'text/event-stream' })).text();
    expect([...events.matchAll(/"type":"(\w+)"/g)].map(([, type]) => type)).toEqual([
      'accepted',
      'route',
      'text',
      'finished',
    ]);
    const { queries } = await rest.member.tenant.overview.read({ period: '24h' }, at(rest.tenant));
    expect(queries.value).toBe(1);
    expect(await (await ask(rest, 'second')).json()).not.toEqual(answer);
  });

  it('is refused when another question comes with its key', async () => {
    const rest = await startRest();
    await (await ask(rest, 'one')).json();
    const other = await ask(rest, 'one', { content: 'Another question?' });
    expect(other.status).toBe(422);
    expect(await problemOf(other)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('is asked once when it comes several times at once', async () => {
    const rest = await startRest();
    const spoken = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    let asked = 0;
    rest.runtime.script = async function* () {
      asked += 1;
      yield { type: 'text', text: 'One ' };
      spoken.resolve();
      await goOn.promise;
      yield { type: 'text', text: 'answer.' };
      yield { type: 'usage', inputTokens: 3, outputTokens: 2 };
    };
    const first = ask(rest, 'at-once');
    await spoken.promise;
    const others = await Promise.all([1, 2, 3].map(() => ask(rest, 'at-once')));
    for (const other of others) {
      expect(other.status).toBe(409);
      expect(other.headers.get('retry-after')).toBe('1');
      expect(await problemOf(other)).toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
    }
    goOn.resolve();
    const answer = await (await first).json();
    expect(await (await ask(rest, 'at-once')).json()).toEqual(answer);
    expect(asked).toBe(1);
  });

  it('is answered again after a restart, and is another after a day', async () => {
    const clock = new TestClock();
    const rest = await startRest(undefined, 'professional', { clock });
    const answer = await (await ask(rest, 'kept')).json();
    await rest.restart();
    expect(await (await ask(rest, 'kept')).json()).toEqual(answer);
    clock.pass(24 * 3_600_000);
    const later = await ask(rest, 'kept');
    expect(later.headers.get('idempotency-replayed')).toBeNull();
    expect(await later.json()).not.toEqual(answer);
  });

  it('belongs to who sent it: the key of another person is another', async () => {
    const rest = await startRest();
    const answer = await (await ask(rest, 'mine')).json();
    const { apiKeys } = rest.member.tenant;
    const service = await apiKeys.addService({ name: 'Nightly', role: 'user' }, at(rest.tenant));
    const { secret } = await apiKeys.createForService(
      { serviceId: service.id, name: 'Nightly', scopes: ['ai.query'], expiresInDays: 1 },
      at(rest.tenant),
    );
    const other = await rest.send('POST', `/tenants/${rest.tenant}/ai/query`, {
      credential: secret,
      body: QUESTION,
      headers: { 'idempotency-key': 'mine' },
    });
    expect(await other.json()).not.toEqual(answer);
  });

  it('says what is wrong with a key', async () => {
    const rest = await startRest();
    for (const key of ['""', `"${'x'.repeat(256)}"`, '"a"b"']) {
      const answer = await ask(rest, key);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ fields: [{ path: 'Idempotency-Key' }] });
    }
  });

  it('is not heeded by what signs in and proves who calls', async () => {
    const rest = await startRest();
    const { email, password } = ADMINISTRATOR;
    const credential = await tokenOf(rest, { tenant: 'acme.example', email, password });
    const prove = (password: string) =>
      rest.send('POST', '/sessions/current/step-up', {
        credential,
        body: { password },
        headers: { 'idempotency-key': 'proof' },
      });
    expect((await prove(password)).status).toBe(200);
    expect(await problemOf(await prove('not the password'))).toMatchObject({ code: 'WRONG_CREDENTIALS' });
  });

  it('is heeded at the interface of OpenAI too', async () => {
    const { origin, secret } = await startRest();
    const complete = () =>
      fetch(`${origin}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${secret}`,
          'content-type': 'application/json',
          'idempotency-key': 'chat',
        },
        body: JSON.stringify({ model: 'default', messages: [{ role: 'user', content: 'Why?' }] }),
      });
    const first = (await (await complete()).json()) as { id: string };
    const again = await complete();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(((await again.json()) as { id: string }).id).toBe(first.id);
  });
});

describe('a change with an idempotency key', () => {
  const create = ({ send }: Rest, credential: string, body: object = GLOBEX) =>
    send('POST', '/tenants', { credential, body, headers: { 'idempotency-key': '"globex"' } });

  it('is made once by an operator, at once and after a restart', async () => {
    const rest = await startRest();
    const credential = await tokenOf(rest, { email: OPERATOR.email, password: OPERATOR.password });
    const answers = await Promise.all([1, 2, 3].map(() => create(rest, credential)));
    const made = answers.filter(({ status }) => status === 200);
    expect(made.length).toBeGreaterThanOrEqual(1);
    const { id } = (await (made[0] as Response).json()) as { id: string };
    for (const other of answers.filter(({ status }) => status !== 200)) {
      expect(await problemOf(other)).toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
    }
    await rest.restart();
    const again = await create(rest, credential);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toMatchObject({ id });
    const reused = await create(rest, credential, { ...GLOBEX, name: 'Another' });
    expect(await problemOf(reused)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    const list = await rest.send('GET', '/tenants', { credential });
    expect(await list.json()).toMatchObject({ total: 2 });
  });

  it('may be tried again with its key when it was refused', async () => {
    const rest = await startRest();
    const credential = await tokenOf(rest, { email: OPERATOR.email, password: OPERATOR.password });
    const weak = { ...GLOBEX, administrator: { ...ADMINISTRATOR, password: 'short' } };
    expect(await problemOf(await create(rest, credential, weak))).toMatchObject({ code: 'WEAK_PASSWORD' });
    expect((await create(rest, credential)).status).toBe(200);
  });

  it('does not give out again what is shown once', async () => {
    const rest = await startRest();
    const { email, password } = ADMINISTRATOR;
    const credential = await tokenOf(rest, { tenant: 'acme.example', email, password });
    const make = () =>
      rest.send('POST', `/tenants/${rest.tenant}/api-keys/create`, {
        credential,
        body: { name: 'Nightly', scopes: ['ai.query'], expiresInDays: 7 },
        headers: { 'idempotency-key': 'nightly' },
      });
    expect((await make()).status).toBe(200);
    const again = await make();
    expect(again.status).toBe(409);
    expect(await problemOf(again)).toMatchObject({
      code: 'CONFLICT',
      detail: expect.stringMatching(/shown once/),
    });
    const keys = await rest.send('GET', `/tenants/${rest.tenant}/api-keys/list`, { credential });
    expect(await keys.json()).toHaveLength(2);
  });
});
