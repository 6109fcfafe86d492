import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { ADMINISTRATOR, newTenant, OPERATOR } from '../../support/engine/world';
import { delta, events, finish, openAiServer, usage } from '../../support/openAiServer';
import {
  environment,
  PASSPHRASE,
  PROGRAM,
  serverPlace,
  settle,
  startServer,
  until,
} from '../../support/server';

async function provider() {
  const server = await openAiServer();
  onTestFinished(() => server.close());
  return server;
}

async function alone() {
  const place = await serverPlace();
  const server = await (await startServer(place)).ready();
  return { place, server };
}

/** Ends every process of a data folder's engine with its custodian. */
function engineOf(pid: number | undefined): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children
    .map(Number)
    .find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('engineHost.js'));
}

function isAlive(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? 0, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

test('a server lives at once, is ready with its first operator, and no longer when it ends', async () => {
  const { server } = await alone();
  expect(await server.monitor('/healthz')).toEqual({ status: 200, body: 'ok\n' });
  expect(await server.monitor('/readyz')).toEqual({ status: 503, body: 'FIRST_RUN\n' });
  await server.local('/installation/operators/create-first', { body: OPERATOR });
  expect(await server.monitor('/readyz')).toEqual({ status: 200, body: 'ok\n' });
  expect((await server.monitor('/metrics/..')).status).toBe(404);
  server.child.kill('SIGTERM');
  expect(await server.ended).toEqual({ code: 0, signal: null });
  await expect(server.monitor('/healthz')).rejects.toThrow();
});

test('nobody makes the first operator over the network', async () => {
  const { server } = await alone();
  const answer = await server.open('/installation/operators/create-first', { body: OPERATOR });
  expect(answer.statusCode).toBe(404);
  answer.resume();
});

test('whoever comes second is told who works on the data folder', async () => {
  const { place, server } = await alone();
  const second = await startServer(place);
  expect(await second.ended).toMatchObject({ code: 2 });
  expect(second.log).toContain('riscura serve works on this data folder');
  expect(second.log).toContain(`process ${server.child.pid}, since 20`);
});

test('the wrong passphrase opens nothing, and says so', async () => {
  const { place, server } = await alone();
  server.child.kill('SIGTERM');
  await server.ended;
  writeFileSync(place.passphraseFile, 'not the passphrase');
  const second = await startServer(place);
  expect(await second.ended).toMatchObject({ code: 2 });
  expect(second.log).toContain('passphrase');
  expect(second.log).not.toContain('not the passphrase');
});

test('answers that run are answered to their end before it stops', async () => {
  const { server } = await alone();
  const models = await provider();
  const { tenant, member } = await settle(server, models);
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  models.answer(async (response) => {
    events(response, [delta('Hello')], false);
    await held;
    for (const item of [delta(' to the end'), finish(), usage(9, 2), '[DONE]'])
      response.write(`data: ${typeof item === 'string' ? item : JSON.stringify(item)}\n\n`);
    response.end();
  });
  const answer = await server.open(`/tenants/${tenant}/ai/query`, {
    credential: member,
    body: { content: 'Who answers?' },
    headers: { accept: 'text/event-stream' },
  });
  expect(answer.statusCode).toBe(200);
  const whole = text(answer);
  await until('the question', () => models.requests.some(({ url }) => url.includes('chat')));

  server.child.kill('SIGTERM');
  await until('the draining', async () => (await server.monitor('/readyz')).body === 'STOPPING\n');
  await until('the closed door', () =>
    server.open('/openapi.json', {}).then(
      (response) => {
        response.resume();
        return response.statusCode === 503;
      },
      () => true,
    ),
  );
  expect(server.child.exitCode).toBeNull();
  goOn();
  expect(await whole).toContain('to the end');
  expect(await server.ended).toEqual({ code: 0, signal: null });
});

test('a second signal ends it at once', async () => {
  const { server } = await alone();
  const models = await provider();
  const { tenant, member } = await settle(server, models);
  models.answer(() => undefined);
  const answer = server.open(`/tenants/${tenant}/ai/query`, {
    credential: member,
    body: { content: 'Who?' },
  });
  answer.catch(() => undefined);
  await until('the question', () => models.requests.some(({ url }) => url.includes('chat')));
  const engine = engineOf(server.child.pid);
  server.child.kill('SIGTERM');
  await until('the draining', async () => (await server.monitor('/readyz')).body === 'STOPPING\n');
  server.child.kill('SIGINT');
  expect(await server.ended).toEqual({ code: 130, signal: null });
  await until('the end of the engine', () => !isAlive(engine));
});

test('after kill -9 the engine is gone too, and the next start has all that was confirmed', async () => {
  const { place, server } = await alone();
  const models = await provider();
  const { tenant, member } = await settle(server, models);
  await server.local(`/tenants/${tenant}/ai/query`, { credential: member, body: { content: 'Who?' } });
  const engine = engineOf(server.child.pid);
  server.child.kill('SIGKILL');
  await server.ended;
  await until('the end of the engine', () => !isAlive(engine));
  const next = await (await startServer(place)).ready();
  expect((await next.monitor('/readyz')).body).toBe('ok\n');
  const { email, password } = ADMINISTRATOR;
  const again = await next.signIn({ tenant: 'acme.example', email, password });
  const used = await next.local(`/tenants/${tenant}/analytics?period=30d`, { credential: again });
  expect(JSON.stringify(used)).toMatch(/"queries":1\b/);
});

test.skipIf(!process.env.RISCURA_MODELS)(
  'the starter model answers out of a host that is shut in, without Electron',
  async () => {
    const { server } = await alone();
    await server.local('/installation/operators/create-first', { body: OPERATOR });
    const { email, password } = OPERATOR;
    const credential = await server.signIn({ email, password });
    const { id } = await server.local('/tenants', { credential, body: newTenant() });
    await until('the tenant', async () => {
      return (await server.local(`/tenants/${id}`, { credential })).state === 'active';
    });
    const at = { tenant: 'acme.example', email: ADMINISTRATOR.email, password: ADMINISTRATOR.password };
    const member = await server.signIn(at);
    const answer = await server.local(`/tenants/${id}/ai/query`, {
      credential: member,
      body: { content: 'What is the capital of France?' },
    });
    expect(JSON.stringify(answer)).toContain('smollm2');
    const { hosts } = await server.local('/installation/status/read');
    const isConfined = existsSync('/usr/bin/bwrap');
    expect(hosts).toContainEqual({ host: 'model', state: 'running', restarts: 0, confined: isConfined });
  },
);

test('its audit chain is verified with the passphrase while it runs', async () => {
  const { place, server } = await alone();
  await server.local('/installation/operators/create-first', { body: OPERATOR });
  const verify = (passphraseFile: string) =>
    spawnSync(
      process.execPath,
      [PROGRAM, 'verify-audit', '--installation', '--data', place.data, '--passphrase-file', passphraseFile],
      { env: environment(place.base), encoding: 'utf8' },
    );
  const { status, stdout, stderr } = verify(place.passphraseFile);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('OK. Every event is as it was signed.');
  const wrong = join(place.base, 'wrong');
  writeFileSync(wrong, 'not the passphrase', { mode: 0o600 });
  expect(verify(wrong)).toMatchObject({ status: 2, stderr: expect.stringContaining('passphrase') });
});

test('an engine that dies is started again by its server', async () => {
  const { server } = await alone();
  await server.local('/installation/operators/create-first', { body: OPERATOR });
  process.kill(engineOf(server.child.pid) ?? 0, 'SIGKILL');
  await until('the new engine', async () => (await server.monitor('/readyz')).status === 200);
  expect((await server.monitor('/metrics')).body).toMatch(/^riscura_engine_up 1$/m);
});

test('the counts are those of the meters, and tell no name and no word', async () => {
  const place = await serverPlace();
  const server = await (await startServer(place, { args: ['--metrics-per-tenant'] })).ready();
  const models = await provider();
  const { tenant, operator, member } = await settle(server, models);
  const body = { content: 'MARKER-IN-A-PROMPT' };
  await server.local(`/tenants/${tenant}/ai/query`, { credential: member, body });
  models.answer((response) => void response.writeHead(500).end('MARKER-IN-A-FAILURE'));
  // The documents answer where the model does not.
  const failed = await server.open(`/tenants/${tenant}/ai/query`, { credential: member, body });
  await text(failed);
  const metrics = (await server.monitor('/metrics')).body;
  expect(metrics).toContain(`riscura_ai_queries_total{outcome="answered",tenant="${tenant}"} 2`);
  expect(metrics).toContain(`riscura_ai_tokens_total{direction="input",tenant="${tenant}"} 9`);
  expect(metrics).toContain('riscura_tenants{state="active"} 1');
  expect(metrics).toMatch(/^riscura_ai_response_seconds_count\{place="this-machine"\} \d/m);
  expect(metrics).toMatch(/^process_resident_memory_bytes \d/m);
  expect(metrics).toMatch(/^riscura_ready 1$/m);
  for (const word of ['Acme', 'acme', 'MARKER', ADMINISTRATOR.email, OPERATOR.email, operator, member])
    expect(metrics).not.toContain(word);
});

test('no secret and no word of anybody is in the log, whatever fails', async () => {
  const { place, server } = await alone();
  const models = await provider();
  const { tenant, operator, member } = await settle(server, models);
  const ask = async (content: string, credential = member) => {
    const answer = await server.open(`/tenants/${tenant}/ai/query`, { credential, body: { content } });
    await text(answer);
    return answer.statusCode;
  };
  expect(await ask('MARKER-prompt')).toBe(200);
  models.answer((response) => void response.writeHead(500).end('{"error":{"message":"MARKER-provider"}}'));
  await ask('MARKER-prompt');
  models.answer((response) => events(response, [delta('MARKER-answer'), 'MARKER-broken']));
  await ask('MARKER-prompt');
  models.answer((response) => void response.destroy());
  await ask('MARKER-prompt');
  await ask('MARKER-prompt', 'MARKER-credential');
  await ask('MARKER-prompt', operator);
  const wrong = await server.open('/sessions', {
    body: { email: OPERATOR.email, password: 'MARKER-password' },
  });
  wrong.resume();
  const engine = engineOf(server.child.pid);
  process.kill(engine ?? 0, 'SIGKILL');
  await until('the new engine', async () => (await server.monitor('/readyz')).status === 200);
  server.child.kill('SIGTERM');
  await server.ended;

  const log = server.log + server.said;
  for (const line of server.log.trim().split('\n')) {
    expect(JSON.parse(line)).toMatchObject({ level: expect.stringMatching(/^(info|warn|error)$/) });
  }
  const secrets = ['MARKER', PASSPHRASE, OPERATOR.password, ADMINISTRATOR.password, operator, member];
  for (const secret of secrets) expect(log).not.toContain(secret);
  for (const name of [OPERATOR.email, ADMINISTRATOR.email, 'Acme']) expect(log).not.toContain(name);
  expect(readdirSync(place.data)).not.toContain('core');
  expect(readFileSync(join(place.data, 'keystore.sealed')).includes('MARKER')).toBe(false);
});
