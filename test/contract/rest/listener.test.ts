import { once } from 'node:events';
import { get as httpsGet } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Agent, request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestEngine } from '../../support/engine';
import { problemOf } from '../../support/engine/calls';
import { openTestWindow } from '../../support/engine/client';
import { createOperator } from '../../support/engine/world';
import { freePort } from '../../support/freePort';
import { temporaryFolder } from '../../support/temporaryFolder';

const KEPT = { kind: 'kept' } as const;

async function start() {
  const folder = await temporaryFolder();
  const test = startTestEngine(folder);
  onTestFinished(() => test.engine.close());
  const { client } = openTestWindow(test.engine);
  await createOperator(client);
  const settings = { enabled: true, name: 'localhost', address: '127.0.0.1', port: await freePort() };
  return { ...test, folder, client, settings };
}

/** A client that trusts the console's certificate alone. */
function clientOf(pem: string) {
  const dispatcher = new Agent({ connect: { ca: pem } });
  onTestFinished(() => dispatcher.close());
  return (url: string) => request(url, { dispatcher });
}

describe('the listener of the REST API', () => {
  it('is closed until an operator opens it, and closes when they say so', async () => {
    const { client, settings } = await start();
    expect(await client.installation.api.state({})).toMatchObject({
      state: 'closed',
      settings: { enabled: false, address: '127.0.0.1' },
      certificate: null,
    });
    const opened = await client.installation.api.set({ settings, certificate: KEPT });
    expect(opened).toMatchObject({ state: 'open', problem: null, certificate: { kind: 'internal' } });
    const get = clientOf(opened.certificate?.pem ?? '');
    const answer = await get(`${opened.baseUrl}/api/v1/openapi.json`);
    expect(
      await new Validator().validate((await answer.body.json()) as Record<string, unknown>),
    ).toMatchObject({ valid: true });
    expect(answer.headers['x-content-type-options']).toBe('nosniff');

    const { events } = await client.installation.audit.events({ event: 'api.listener-set' });
    expect(events).toMatchObject([{ origin: { before: expect.any(String), after: expect.any(String) } }]);
    await client.installation.api.set({ settings: { ...settings, enabled: false }, certificate: KEPT });
    expect(await problemOf(get(`${opened.baseUrl}/api/v1/openapi.json`))).toBeDefined();
  });

  it('opens again with its certificate after a restart', async () => {
    const { client, settings, engine, folder, keystore } = await start();
    const { certificate } = await client.installation.api.set({ settings, certificate: KEPT });
    await engine.close();
    const after = startTestEngine(folder, { keystore });
    onTestFinished(() => after.engine.close());
    await openTestWindow(after.engine).client.installation.operators.current({});
    const answer = await clientOf(certificate?.pem ?? '')(`https://localhost:${settings.port}/api/v1/plans`);
    expect(await answer.body.json()).toMatchObject({ code: 'UNKNOWN_PROCEDURE' });
  });

  it('says why it cannot listen', async () => {
    const { client, settings } = await start();
    const other = await start();
    await other.client.installation.api.set({ settings: other.settings, certificate: KEPT });
    const taken = { ...settings, port: other.settings.port };
    expect(await client.installation.api.set({ settings: taken, certificate: KEPT })).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('Another program'),
    });
  });

  it('answers under its own name alone', async () => {
    const { client, settings } = await start();
    const { certificate } = await client.installation.api.set({ settings, certificate: KEPT });
    const wishes = {
      host: '127.0.0.1',
      port: settings.port,
      path: '/api/v1/openapi.json',
      headers: { host: 'evil.example' },
      ca: certificate?.pem ?? '',
      servername: 'localhost',
    };
    const status = await new Promise((resolve, reject) => {
      httpsGet(wishes, (answer) => resolve(answer.resume().statusCode)).once('error', reject);
    });
    expect(status).toBe(421);
  });

  it('closes also over a connection on which nothing was said', async () => {
    const { client, settings } = await start();
    await client.installation.api.set({ settings, certificate: KEPT });
    const silent = connect({ port: settings.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(silent, 'secureConnect');
    const ended = everything(silent);
    await client.installation.api.set({ settings: { ...settings, enabled: false }, certificate: KEPT });
    expect(await ended).toBe('');
  });

  it('gives nobody who speaks something else a word', async () => {
    const { client, settings } = await start();
    await client.installation.api.set({ settings, certificate: KEPT });
    const plain = connectPlain(settings.port, '127.0.0.1');
    plain.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    expect(await everything(plain)).toBe('');
  });
});

function everything(socket: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
  });
}
