import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestEngine } from '../../support/engine';
import { openTestWindow } from '../../support/engine/client';
import { createOperator } from '../../support/engine/world';
import { freePort } from '../../support/freePort';
import { temporaryFolder } from '../../support/temporaryFolder';

/* Somebody sends the listener what is too much, too slow, or no request: each is answered with a problem, and nothing else stops. */

async function start() {
  const test = startTestEngine(await temporaryFolder());
  onTestFinished(() => test.engine.close());
  const { client } = openTestWindow(test.engine);
  await createOperator(client);
  const port = await freePort();
  const settings = { enabled: true, name: 'localhost', address: '127.0.0.1', port };
  const before = await client.installation.api.state({});
  await client.installation.api.set({
    settings: { ...before.settings, ...settings },
    certificate: { kind: 'kept' },
  });
  const open = () => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    onTestFinished(() => void socket.destroy());
    return socket;
  };
  return { ...test, open, host: `localhost:${port}` };
}

/** Everything that the other side says until it ends the connection. */
function heard(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

function problemIn(text: string): { status: number; code: string; body: object } {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  expect(head.toLowerCase()).toContain('content-type: application/problem+json');
  const problem = JSON.parse(body) as { status: number; code: string };
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${problem.status} `));
  return { status: problem.status, code: problem.code, body: problem };
}

const PATH = '/api/v1/sessions';

describe('what never becomes a request', () => {
  it.each([
    ['one header that is too long', `x-flood: ${'y'.repeat(20_000)}\r\n`, 431],
    ['two hundred headers', Array.from({ length: 200 }, (_, n) => `x-${n}: y\r\n`).join(''), 431],
    ['a length and chunks (smuggling)', 'content-length: 4\r\ntransfer-encoding: chunked\r\n', 400],
    ['a folded header', 'x-one: a\r\n b\r\nno colon here\r\n', 400],
  ])('%s is answered with a problem', async (_name, headers, status) => {
    const { open, host, log } = await start();
    const socket = open();
    const text = heard(socket);
    socket.write(`GET ${PATH}/current HTTP/1.1\r\nhost: ${host}\r\n${headers}\r\n`);
    expect(problemIn(await text).status).toBe(status);
    expect(log.lines.filter((line) => line.includes('"cause"'))).toEqual([]);
  });

  it('is given up when its headers come drop by drop, and holds up nobody', async () => {
    const { open, host } = await start();
    const slow = open();
    const text = heard(slow);
    slow.write(`POST ${PATH} HTTP/1.1\r\nhost: ${host}\r\n`);
    const dripping = setInterval(() => slow.writable && slow.write('x-drop: y\r\n'), 500);
    onTestFinished(() => clearInterval(dripping));
    const quick = open();
    const quickText = heard(quick);
    quick.write(`GET ${PATH}/current HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    expect(problemIn(await quickText)).toMatchObject({ status: 401, code: 'NOT_SIGNED_IN' });
    expect(problemIn(await text)).toMatchObject({ status: 408, code: 'TIMED_OUT' });
  });
});

describe('a body of 100 MB', () => {
  const SIZE = 100 * 1024 * 1024;

  it('is refused before it is read when it says so of itself', async () => {
    const { open, host } = await start();
    const socket = open();
    const text = heard(socket);
    const head = `POST ${PATH} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${SIZE}\r\n\r\n`;
    socket.write(head);
    expect(problemIn(await text)).toMatchObject({ status: 413, code: 'TOO_LARGE' });
  });

  it('is refused as soon as it is too much when it does not', async () => {
    const { open, host } = await start();
    const socket = open();
    const text = heard(socket);
    socket.write(
      `POST ${PATH} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`);
    expect(problemIn(await text)).toMatchObject({ status: 413, code: 'TOO_LARGE' });
  });
});
