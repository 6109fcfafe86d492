import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { findLocalSocket, LOCAL_POINTER } from '../../../src/server/localAddress';
import { openLocalSocket } from '../../../src/server/localSocket';
import { startTestEngine } from '../../support/engine';
import { OPERATOR } from '../../support/engine/world';
import { temporaryFolder } from '../../support/temporaryFolder';

async function reachable(folder: string) {
  const engine = startTestEngine(folder);
  onTestFinished(() => engine.engine.close());
  const local = await openLocalSocket(folder, engine.answerLocal);
  onTestFinished(() => local.close());
  return { ...engine, local };
}

interface Wishes {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

async function send(socketPath: string, method: string, path: string, { body, headers }: Wishes = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<import('node:http').IncomingMessage>();
  const sent = request(
    { socketPath, method, path, headers: { 'content-type': 'application/json', ...headers } },
    resolve,
  );
  sent.once('error', reject);
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const answer = await promise;
  return { status: answer.statusCode, body: JSON.parse(await text(answer)) };
}

test('an engine says in its data folder where it listens, and takes it back when it ends', async () => {
  const folder = await temporaryFolder();
  chmodSync(folder, 0o700);
  expect(findLocalSocket(folder)).toBeNull();
  const { local } = await reachable(folder);
  const path = findLocalSocket(folder);
  expect(path).toBe(local.path);
  expect(statSync(path ?? '').mode & 0o777).toBe(0o600);
  expect(statSync(dirname(path ?? '')).mode & 0o077).toBe(0);
  await local.close();
  expect(findLocalSocket(folder)).toBeNull();
});

test('a data folder whose path is too long for a socket has it elsewhere, in a folder of its own', async () => {
  const folder = join(await temporaryFolder(), 'a folder with spaces', 'x'.repeat(120));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { local } = await reachable(folder);
  expect(local.path.startsWith(folder)).toBe(false);
  expect(statSync(dirname(local.path)).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(folder, LOCAL_POINTER), 'utf8').trim()).toBe(local.path);
  const { body } = await send(local.path, 'GET', '/api/v1/installation/status/read');
  expect(body).toMatchObject({ state: 'first-run' });
});

test('a folder that others can enter is not trusted', async () => {
  const folder = await temporaryFolder();
  chmodSync(folder, 0o700);
  await reachable(folder);
  chmodSync(folder, 0o755);
  expect(() => findLocalSocket(folder)).toThrow('by others than its owner');
});

test('over it the first operator is made, once, and nobody is signed in by that', async () => {
  const folder = await temporaryFolder();
  const { local, log, engine } = await reachable(folder);
  const first = () =>
    send(local.path, 'POST', '/api/v1/installation/operators/create-first', { body: OPERATOR });
  expect(await first()).toMatchObject({ status: 200, body: { operator: { email: OPERATOR.email } } });
  expect(await first()).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
  expect(log.lines.join('\n')).not.toContain(OPERATOR.password);
  const weak = await send(local.path, 'POST', '/api/v1/installation/operators/create-first', { body: {} });
  expect(weak).toMatchObject({ status: 400, body: { code: 'BAD_INPUT' } });
  const signal = new AbortController().signal;
  const where = { scope: 'installation', tenant: null, source: 'test', signal, bytes: 0 } as const;
  const { credential = null } = await engine.call({
    ...where,
    name: 'operators.signIn',
    input: { email: OPERATOR.email, password: OPERATOR.password },
    credential: null,
  });
  const [access = ''] = (credential ?? '').split(' ');
  const { output } = await engine.call({
    ...where,
    name: 'account.allSessions',
    input: {},
    credential: access,
  });
  expect(output).toHaveLength(1);
  const events = await engine.call({ ...where, name: 'audit.events', input: {}, credential: access });
  const made = (events.output as { events: { event: string; origin: { from: string } }[] }).events;
  expect(made.find(({ event }) => event === 'operator.created')?.origin.from).toBe('command-line');
});

test('whoever comes over it has proved nothing', async () => {
  const { local } = await reachable(await temporaryFolder());
  const list = await send(local.path, 'GET', '/api/v1/tenants');
  expect(list).toMatchObject({ status: 401, body: { code: 'NOT_SIGNED_IN' } });
  const elsewhere = await send(local.path, 'GET', '/api/v1/tenants', { headers: { host: 'evil.example' } });
  expect(elsewhere).toMatchObject({ status: 421 });
});
