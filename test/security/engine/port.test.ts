import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contract } from '../../../src/contract';
import { listProcedures } from '../../../src/engine/door';
import { createWindowTransport } from '../../../src/hosts/windowTransport';
import { startTestEngine, type TestEngine } from '../../support/engine';
import { complaintsAbout } from '../../support/engine/clean';
import { asWindowPort, at, openTestWindow, type TestClient } from '../../support/engine/client';
import { folderUntil } from '../../support/engine/folders';
import { createOperator, createTenant } from '../../support/engine/world';

async function start(): Promise<TestEngine> {
  const test = startTestEngine(await folderUntil(onTestFinished));
  onTestFinished(() => test.engine.close());
  return test;
}

/** A port as a page has it, on which it can post whatever it likes. */
function openRawPort(test: TestEngine): {
  port: MessagePort;
  answers: string[];
  isAlive: () => Promise<void>;
} {
  const { port1, port2 } = new MessageChannel();
  createWindowTransport({ engine: test.engine, log: test.log, onCredential: () => undefined }).serve({
    id: 'raw',
    port: asWindowPort(port2),
    credential: null,
  });
  const answers: string[] = [];
  port1.on('message', (message: unknown) => answers.push(String(message)));
  onTestFinished(() => port1.close());
  const client: TestClient = createORPCClient(new RPCLink({ port: port1 }));
  return { port: port1, answers, isAlive: async () => void (await client.installation.status.read({})) };
}

/** A request as the protocol writes it. */
function frame(id: string, url: string, body?: unknown, headers?: unknown): string {
  return JSON.stringify({ i: id, p: { u: url, b: body, h: headers } });
}

async function answerTo(
  test: TestEngine,
  message: unknown,
): Promise<{ code: string } & Record<string, unknown>> {
  const raw = openRawPort(test);
  raw.port.postMessage(message);
  await raw.isAlive();
  const found = raw.answers.map(
    (text) => JSON.parse(text) as { i: string; p: { b: { json: { code: string } } } },
  );
  const answer = found.find(({ i }) => i === 'raw-1');
  if (!answer) throw new Error('there was no answer');
  return answer.p.b.json;
}

describe('the port of a window', () => {
  it.each([
    ['text that is no JSON', 'nonsense'],
    ['an empty text', ''],
    ['JSON that is no request', '[1,2,3]'],
    ['null', 'null'],
    ['a request without an address', JSON.stringify({ i: 'a', p: {} })],
    ['an address that is none', JSON.stringify({ i: 'a', p: { u: 'http://[', b: {} } })],
    ['bytes', new Uint8Array([0, 255, 254, 10, 13])],
    ['no bytes', new Uint8Array(0)],
    [
      'a broken form',
      frame('a', '/installation/status/read', undefined, {
        'content-type': 'multipart/form-data; boundary=x',
      }),
    ],
    ['a number', 7],
    ['nothing', undefined],
    ['a list', [1, 'x']],
    ['a map', new Map([['i', 'a']])],
    ['an answer that nobody asked for', JSON.stringify({ i: 'a', t: 3, p: { e: 'message', d: {} } })],
    ['an end that nobody waits for', JSON.stringify({ i: 'a', t: 4, p: {} })],
    ['a kind that is none', JSON.stringify({ i: 'a', t: 99, p: { u: '/x' } })],
  ])('goes on after %s', async (_what, message) => {
    const test = await start();
    const raw = openRawPort(test);
    raw.port.postMessage(message);
    await raw.isAlive();
    for (const line of test.log.lines) expect(line).not.toContain('nonsense');
  });

  it('goes on after anything at all', async () => {
    const test = await start();
    const raw = openRawPort(test);
    // Not one of those that the client beside it counts up.
    const id = fc.oneof(
      fc.string().map((text) => `fuzz-${text}`),
      fc.constantFrom(null, true, -1, {}, [], 1e300),
    );
    const anything = fc.oneof(
      fc.string(),
      fc.uint8Array({ maxLength: 64 }),
      fc.jsonValue(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.record({ i: id, t: fc.jsonValue(), p: fc.jsonValue() }).map((value) => JSON.stringify(value)),
      fc
        .record({
          u: fc.webPath(),
          b: fc.jsonValue(),
          h: fc.jsonValue(),
          m: fc.constantFrom('GET', 'POST', 'X'),
        })
        .map((p) => JSON.stringify({ i: 'fuzz-1', p })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { maxLength: 8 }), async (messages) => {
        for (const message of messages) raw.port.postMessage(message);
        await raw.isAlive();
      }),
      { numRuns: 60 },
    );
  });

  it('takes no object, which would come unmeasured', async () => {
    const test = await start();
    const { client } = openTestWindow(test.engine);
    const raw = openRawPort(test);
    const body = { json: { name: 'Mallory', email: 'mallory@site.example', password: 'x'.repeat(50_000) } };
    raw.port.postMessage({ i: 'raw-1', p: { u: '/installation/operators/createFirst', b: body } });
    await raw.isAlive();
    expect((await client.installation.status.read({})).state).toBe('first-run');
  });

  it.each([
    ['an unknown procedure', frame('raw-1', '/installation/operators/eraseAll', {}), 'UNKNOWN_PROCEDURE'],
    ['the root', frame('raw-1', '/', {}), 'UNKNOWN_PROCEDURE'],
    ['a branch', frame('raw-1', '/installation/operators', {}), 'UNKNOWN_PROCEDURE'],
    ['a name of every object', frame('raw-1', '/installation/constructor', {}), 'UNKNOWN_PROCEDURE'],
    ['a prototype', frame('raw-1', '/__proto__/toString', {}), 'UNKNOWN_PROCEDURE'],
    ['a body of another form', frame('raw-1', '/installation/operators/signIn', 'text'), 'BAD_INPUT'],
    [
      'a body with a broken index',
      frame('raw-1', '/installation/operators/signIn', { json: {}, meta: [[99, 'a', 'b']] }),
      'BAD_INPUT',
    ],
    ['headers that are none', frame('raw-1', '/installation/operators/signIn', { json: {} }, 7), 'BAD_INPUT'],
    [
      'input in the address',
      JSON.stringify({ i: 'raw-1', p: { m: 'GET', u: '/installation/operators/signIn?data=%7B' } }),
      'BAD_INPUT',
    ],
  ])('answers %s with a code of the closed set', async (_what, message, code) => {
    const test = await start();
    const problem = await answerTo(test, message);
    expect(complaintsAbout(problem)).toEqual([]);
    expect(problem.code).toBe(code);
  });

  it('answers what is under way when a message without a number comes in between', async () => {
    const raw = openRawPort(await start());
    const operator = { name: 'Nora', email: 'nora@site.example', password: 'seven stones roll by' };
    raw.port.postMessage(frame('raw-1', '/installation/operators/createFirst', { json: operator }));
    raw.port.postMessage(JSON.stringify({ p: { u: '/nowhere', b: {} } }));
    raw.port.postMessage(new TextEncoder().encode(JSON.stringify({ p: { u: '/nowhere', b: {} } })));
    await raw.isAlive();
    await expect.poll(() => raw.answers.some((text) => text.startsWith('{"i":"raw-1"'))).toBe(true);
  });

  it.each([
    ['__proto__', '{"email":"a@b.example","password":"x","__proto__":{"role":"operator"}}'],
    ['constructor', '{"email":"a@b.example","password":"x","constructor":{"prototype":{}}}'],
    ['a prototype deep inside', '{"email":{"prototype":{}},"password":"x"}'],
    [
      'nesting without end in a name that nobody asked for',
      `{"email":"a@b.example","password":"x","more":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`,
    ],
    ['nesting without end', `${'{"a":'.repeat(400)}1${'}'.repeat(400)}`],
    [
      'a length that cannot be compared',
      '{"email":"a@b.example","password":{"length":{"toString":false,"valueOf":1}}}',
    ],
    ['NUL in a text', '{"email":"a@b.example","password":"x\\u0000"}'],
    ['half of a surrogate pair', '{"email":"a@b.example","password":"x\\ud800"}'],
    ['another type', '{"email":7,"password":["x"]}'],
  ])('refuses an input with %s', async (_what, json) => {
    const test = await start();
    const message = `{"i":"raw-1","p":{"u":"/installation/operators/signIn","b":{"json":${json}}}}`;
    const problem = await answerTo(test, message);
    expect(complaintsAbout(problem, ['a@b.example'])).toEqual([]);
    expect(problem.code).toBe('BAD_INPUT');
    expect(({} as { role?: string }).role).toBeUndefined();
  });

  it('measures each request for itself', async () => {
    const test = await start();
    const { client } = openTestWindow(test.engine);
    await createOperator(client);
    const password = 'x'.repeat(300_000);
    const large = client.installation.operators.signIn({ email: 'a@b.example', password });
    const small = client.installation.operators.passwordRules({});
    await expect(large).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await expect(small).resolves.toHaveLength(4);
    await expect(
      client.installation.models.appendImport({
        job: '019a0000-0000-7000-8000-000000000000',
        offset: 0,
        bytes: new File([new Uint8Array(9 * 1024 * 1024)], 'piece'),
      }),
    ).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  it('measures and reads what is asked of the status, too', async () => {
    const test = await start();
    const more = (json: string) => `{"i":"raw-1","p":{"u":"/installation/status/read","b":{"json":${json}}}}`;
    expect((await answerTo(test, more(`{"x":"${'x'.repeat(300_000)}"}`))).code).toBe('TOO_LARGE');
    expect((await answerTo(test, more('{"__proto__":{}}'))).code).toBe('BAD_INPUT');
    expect((await answerTo(test, more('"text"'))).code).toBe('BAD_INPUT');
  });

  it('has so many requests open at once and no more, and has room again when they end', async () => {
    const raw = openRawPort(await start());
    for (let number = 0; number < 200; number += 1)
      raw.port.postMessage(frame(`watch-${number}`, '/installation/status/watch'));
    const refused = () => raw.answers.filter((text) => text.includes('TOO_BUSY')).length;
    await expect.poll(refused).toBe(200 - 128);
    await expect(raw.isAlive()).rejects.toMatchObject({ code: 'TOO_BUSY' });
    // The protocol's word for a request that its caller gives up.
    for (let number = 0; number < 200; number += 1)
      raw.port.postMessage(JSON.stringify({ i: `watch-${number}`, t: 4 }));
    await expect
      .poll(() =>
        raw.isAlive().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });

  it('is closed when more comes than is ever right', async () => {
    const test = await start();
    const raw = openRawPort(test);
    const closed = new Promise<void>((resolve) => raw.port.once('close', () => resolve()));
    raw.port.postMessage(new Uint8Array(65 * 1024 * 1024));
    await closed;
    expect(test.log.lines.join()).toContain('more than is ever right');
  });

  it('answers whatever the contract is asked, whoever asks, with a clean error or none', async () => {
    const test = await start();
    const { client } = openTestWindow(test.engine);
    await createOperator(client);
    const id = await createTenant(client);
    const skipped = ['.signOut', 'status.watch', 'tenants.create'];
    const names = listProcedures(contract)
      .map(([name]) => name)
      .filter((name) => !skipped.some((end) => name.endsWith(end)));
    const stranger = openTestWindow(test.engine);
    const forger = openTestWindow(test.engine, 'eyJhbGciOiJub25lIn0.eyJyb2xlIjoib3BlcmF0b3IifQ.');
    const windows = [client, stranger.client, forger.client];
    const value = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom(
          'id',
          'email',
          'password',
          'name',
          'limit',
          'cursor',
          'search',
          'content',
          'period',
          'from',
          'to',
          'host',
          'port',
          'reason',
          'query',
        ),
        fc.oneof(fc.jsonValue(), fc.constantFrom(id, '24h', "'; DROP TABLE tenants; --", '\u0000', 9e15, -1)),
      ),
    );
    const tenants = fc.constantFrom(id, 'acme.example', 'nobody.example', '../../etc', '__proto__', '');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        value,
        tenants,
        fc.constantFrom(0, 1, 2),
        async (name, input, tenant, window) => {
          const method = name
            .split('.')
            .reduce<unknown>((place, part) => (place as Record<string, unknown>)[part], windows[window]);
          try {
            const answer = await (method as (input: unknown, more: unknown) => Promise<unknown>)(
              input,
              at(tenant),
            );
            if (typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer) {
              const iterator = (answer as AsyncIterable<unknown>)[Symbol.asyncIterator]();
              await iterator.next();
              await iterator.return?.();
            }
          } catch (problem) {
            expect([name, ...complaintsAbout(problem)]).toEqual([name]);
            expect([name, (problem as { code: string }).code]).not.toEqual([name, 'INTERNAL']);
          }
        },
      ),
      { numRuns: 250 },
    );
    expect((await client.installation.tenants.list({})).total).toBe(1);
  });
});
