import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { contract, ERRORS, type ProcedureMeta } from '../../../src/contract';
import { listProcedures } from '../../../src/engine/door';
import { ROUTES } from '../../../src/server/rest/routes';
import { at } from '../../support/engine/client';
import { startRest } from '../../support/rest';

describe('the REST interface', () => {
  it('gives every procedure for programs an address of its own', () => {
    const addresses = ROUTES.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it('is open to nobody without a credential but for signing in', async () => {
    const { send, tenant } = await startRest();
    expect(ROUTES.filter(({ isOpen }) => isOpen).map(({ id }) => id)).toEqual([
      'sessions.signIn',
      'sessions.refresh',
    ]);
    for (const [scope, router] of Object.entries(contract)) {
      for (const [name, procedure] of listProcedures(router)) {
        const { permission } = procedure['~orpc'].meta as ProcedureMeta;
        if (permission === 'public') expect(ROUTES.map(({ id }) => id)).not.toContain(`${scope}.${name}`);
      }
    }
    for (const path of [`/tenants/${tenant}/identity/sign-in`, '/installation/operators/create-first']) {
      const answer = await send('POST', path, { credential: null, body: {} });
      expect(await answer.json()).toMatchObject({ code: 'UNKNOWN_PROCEDURE' });
    }
  });

  it('answers a question as the specification writes it, whole or as events', async () => {
    const { send, tenant } = await startRest();
    const question = {
      conversationId: undefined,
      content: 'What are the key risk factors for our industry?',
      options: { customInstructions: ['Focus on financial risks'] },
    };
    const whole = await send('POST', `/tenants/${tenant}/ai/query`, { body: question });
    expect(whole.status).toBe(200);
    const answer = await whole.json();
    expect(answer).toMatchObject({ type: 'finished', message: { role: 'answer', outcome: 'answered' } });

    const stream = await send('POST', `/tenants/${tenant}/ai/query`, {
      body: question,
      headers: { accept: 'text/event-stream' },
    });
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const text = await stream.text();
    const events = [...text.matchAll(/^event: message\ndata: (.*)$/gm)].map(([, data]) =>
      JSON.parse(data ?? ''),
    );
    expect(events[0]).toMatchObject({ type: 'accepted' });
    expect(events.at(-1)).toMatchObject({ type: 'finished' });
    expect(text.endsWith('event: done\ndata: {}\n\n')).toBe(true);
  });

  it('reads the analytics of thirty days, and the configuration', async () => {
    const { send, tenant } = await startRest();
    const analytics = await send('GET', `/tenants/${tenant}/analytics?period=30d`);
    expect(await analytics.json()).toMatchObject({ period: '30d', queries: { value: 0 } });
    const read = await send('GET', `/tenants/${tenant}/configuration`);
    const configuration = await read.json();
    const changed = await send('PATCH', `/tenants/${tenant}/configuration`, {
      body: { ...configuration, instructions: 'Be brief.' },
    });
    expect(await changed.json()).toMatchObject({ instructions: 'Be brief.' });
  });

  it('tags the configuration, and changes it only as it was read', async () => {
    const { send, tenant } = await startRest();
    const path = `/tenants/${tenant}/configuration`;
    const read = await send('GET', path);
    const tag = read.headers.get('etag') ?? '';
    const before = (await read.json()) as { version: number; parameters: object };
    expect(tag).toMatch(/^"1-/);
    const same = await send('GET', path, { headers: { 'if-none-match': `"other", W/${tag}` } });
    expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', tag]);

    const change = (ifMatch: string | null, body: object) =>
      send('PATCH', path, { body, headers: ifMatch === null ? {} : { 'if-match': ifMatch } });
    const changed = await change(tag, { parameters: { temperature: 0.5 } });
    expect(await changed.json()).toMatchObject({
      ...before,
      version: 2,
      parameters: { ...before.parameters, temperature: 0.5 },
    });
    for (const stale of [tag, '"no such"', `W/${tag}`]) {
      const refused = await change(stale, { instructions: 'Be brief.' });
      expect(refused.status).toBe(412);
      expect(await refused.json()).toMatchObject({ code: 'PRECONDITION_FAILED' });
    }
    expect((await change(changed.headers.get('etag'), { instructions: 'Be brief.' })).status).toBe(200);
    expect(await (await change('*', { instructions: '' })).json()).toMatchObject({ version: 4 });
    expect((await change(null, { version: 3, instructions: 'x' })).status).toBe(409);
    expect((await send('GET', path, { headers: { 'if-none-match': tag } })).status).toBe(200);
  });

  it('reads the billing of the running month, in whole micro-units', async () => {
    const { send, tenant } = await startRest(['billing.view', 'ai.query']);
    await (await send('POST', `/tenants/${tenant}/ai/query`, { body: { content: 'Why?' } })).json();
    const answer = await send('GET', `/tenants/${tenant}/billing?period=current`);
    const billing = (await answer.json()) as Record<string, unknown>;
    expect(billing).toMatchObject({ period: 'current', plan: 'professional', queries: 1 });
    expect(billing.total).toEqual({ micros: 499_000_000, currency: 'USD' });
    expect((await send('GET', `/tenants/${tenant}/analytics?period=24h`)).status).toBe(403);
  });

  it('names each request in what it leaves in the audit, to be found by', async () => {
    const { send, tenant, member } = await startRest();
    const answer = await send('POST', `/tenants/${tenant}/ai/query`, { body: { content: 'Why?' } });
    await answer.json();
    const request = answer.headers.get('x-request-id') ?? '';
    const { events } = await member.tenant.audit.events({ source: request }, at(tenant));
    expect(events.map(({ event }) => event)).toEqual(['query.finished', 'query.asked']);
    for (const { origin } of events) expect(origin).toMatchObject({ request, from: 'address:127.0.0.1' });
  });

  it('says what is wrong as RFC 9457 has it, with the code of the contract', async () => {
    const { send, tenant } = await startRest();
    const nobody = await send('GET', `/tenants/${tenant}/analytics?period=30d`, { credential: null });
    expect(nobody.status).toBe(401);
    expect(nobody.headers.get('content-type')).toBe('application/problem+json');
    expect(nobody.headers.get('www-authenticate')).toBe('Bearer');
    expect(await nobody.json()).toEqual({
      type: 'urn:riscura:error:NOT_SIGNED_IN',
      title: ERRORS.NOT_SIGNED_IN.title,
      status: 401,
      code: 'NOT_SIGNED_IN',
      next: ERRORS.NOT_SIGNED_IN.next,
      instance: `urn:uuid:${nobody.headers.get('x-request-id')}`,
    });
    const typo = await send('GET', `/tenants/${tenant}/analytics?period=30years`);
    expect(await typo.json()).toMatchObject({ code: 'BAD_INPUT', fields: [{ path: 'period' }] });
    const method = await send('DELETE', `/tenants/${tenant}/analytics`);
    expect(method.status).toBe(404);
    expect(method.headers.get('allow')).toBe('GET');
  });

  it('goes on when a client leaves in the middle of a stream or of its question', async () => {
    const { send, tenant, origin, secret, runtime, log } = await startRest();
    const spoken = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    runtime.script = async function* () {
      yield { type: 'text', text: 'Once ' };
      spoken.resolve();
      await left.promise;
      for (let count = 0; count < 50; count += 1) yield { type: 'text', text: 'upon a time ' };
      yield { type: 'usage', inputTokens: 3, outputTokens: 51 };
    };
    const leaving = new AbortController();
    const answer = await fetch(`${origin}/api/v1/tenants/${tenant}/ai/query`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({ content: 'A story, please.' }),
      signal: leaving.signal,
    });
    await spoken.promise;
    leaving.abort();
    await expect(answer.text()).rejects.toThrow();
    left.resolve();
    const half = connect(Number(new URL(origin).port), '127.0.0.1');
    const head = `POST /api/v1/tenants/${tenant}/ai/query HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${secret}`;
    half.write(`${head}\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{"content"`);
    half.destroySoon();
    expect((await send('GET', `/tenants/${tenant}/analytics?period=24h`)).status).toBe(200);
    expect(log.lines.filter((line) => line.includes('"cause"'))).toEqual([]);
  });

  it('holds a key to its scopes and to its tenant', async () => {
    const { send, tenant, operator } = await startRest(['analytics.view']);
    const beyond = await send('POST', `/tenants/${tenant}/ai/query`, { body: { content: 'Hello?' } });
    expect(await beyond.json()).toMatchObject({ code: 'NOT_ALLOWED' });
    const list = await send('GET', '/tenants');
    expect(await list.json()).toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect((await operator.installation.tenants.list({})).total).toBe(1);
  });
});

describe('bad input over REST', () => {
  const cases: [string, string, string, { body?: unknown; headers?: Record<string, string> }, number][] = [
    ['a body that is not JSON', 'POST', '/ai/query', { body: '{"content":' }, 400],
    ['a body that is a list', 'POST', '/ai/query', { body: [] }, 400],
    [
      'another content type',
      'POST',
      '/ai/query',
      { body: 'x', headers: { 'content-type': 'text/plain' } },
      400,
    ],
    ['a field of another type', 'POST', '/ai/query', { body: { content: 7 } }, 400],
    [
      'a name that reaches into prototypes',
      'POST',
      '/ai/query',
      { body: '{"__proto__":{"content":"x"}}' },
      400,
    ],
    ['a field twice in the query', 'GET', '/analytics?period=7d&period=30d', {}, 400],
    ['a field that nobody knows', 'GET', '/analytics?period=7d&debug=1', {}, 400],
    ['a path that climbs', 'GET', '/..%2f..%2fetc%2fpasswd', {}, 404],
    ['a body that is too large', 'POST', '/ai/query', { body: { content: 'x'.repeat(1_200_000) } }, 413],
  ];
  it.each(cases)('%s is a typed error', async (_name, method, path, wishes, status) => {
    const { send, tenant, log } = await startRest();
    const answer = await send(method, `/tenants/${tenant}${path}`, wishes);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status, code: expect.stringMatching(/^[A-Z_]+$/) });
    expect(log.lines.filter((line) => line.includes('"cause"'))).toEqual([]);
  });
});
