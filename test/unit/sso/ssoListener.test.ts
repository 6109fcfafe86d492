import { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { connect as connectPlain, createServer } from 'node:net';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSsoListener } from '../../../src/adapters/ssoListener';
import type { ListenerRequest, OpenListener } from '../../../src/engine/ports';

const HOUR = 3_600_000;
const listener = createSsoListener();
let port = 0;
let certificate = '';
let key = '';
let open: OpenListener;
let asked: ListenerRequest[] = [];

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function send(
  method: string,
  path: string,
  { headers = {}, body = '' }: { headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        ca: certificate,
        servername: 'localhost',
        headers: { host: `localhost:${port}`, ...headers },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts).toString('utf8'),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the TLS listener of sign-on', () => {
  beforeEach(async () => {
    port = await freePort();
    asked = [];
    ({ certificate, key } = await listener.makeCertificate(['localhost'], Date.now()));
    open = await listener.open(
      { address: '127.0.0.1', port, authority: `localhost:${port}`, certificate, key },
      {
        admits: (_method, path) => path.startsWith('/sso/known'),
        async answer(request) {
          asked.push(request);
          return request.path === '/sso/known/null'
            ? null
            : { status: 200, type: 'text/html', body: '<p>done</p>' };
        },
      },
    );
  });

  afterEach(() => open.close());

  it('answers what is admitted, with the query and the form as they came', async () => {
    expect(await send('GET', '/sso/known?code=a%20b')).toMatchObject({ status: 200, body: '<p>done</p>' });
    await send('POST', '/sso/known', { headers: FORM, body: 'logout_token=x' });
    expect(asked).toEqual([
      { method: 'GET', path: '/sso/known', query: 'code=a%20b', body: '' },
      { method: 'POST', path: '/sso/known', query: '', body: 'logout_token=x' },
    ]);
  });

  it('answers everything else with 404 and not a word', async () => {
    for (const [method, path, more] of [
      ['GET', '/', {}],
      ['GET', '/sso/', {}],
      ['GET', '/sso/known/null', {}],
      ['PUT', '/sso/known', {}],
      ['DELETE', '/sso/known', {}],
      ['POST', '/sso/known', { headers: { 'content-type': 'application/json' }, body: '{}' }],
      ['GET', '/sso/known', { headers: { host: 'evil.example' } }],
      ['POST', '/sso/known', { headers: FORM, body: 'x'.repeat(600_000) }],
    ] as const) {
      const answer = await send(method, path, more).catch(() => null);
      // A body that is too large may also end in a reset connection.
      if (answer) expect(answer, `${method} ${path}`).toMatchObject({ status: 404, body: '' });
      else expect(path).toBe('/sso/known');
    }
    expect(asked.every(({ path }) => path === '/sso/known/null')).toBe(true);
  });

  it('says in every answer that nothing may run, load or be framed', async () => {
    for (const path of ['/sso/known', '/elsewhere']) {
      const { headers } = await send('GET', path);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
      expect(headers.server).toBeUndefined();
    }
  });

  it('does not answer without TLS, nor with TLS 1.1', async () => {
    const plain = await new Promise<string>((resolve) => {
      const socket = connectPlain(port, '127.0.0.1', () => socket.write('GET /sso/known HTTP/1.1\r\n\r\n'));
      let text = '';
      socket.on('data', (part) => {
        text += part.toString('latin1');
      });
      socket.on('error', () => resolve(text));
      socket.on('close', () => resolve(text));
    });
    expect(plain).not.toContain('HTTP');
    const old = new Promise((resolve, reject) => {
      const socket = connect({
        port,
        host: '127.0.0.1',
        ca: certificate,
        servername: 'localhost',
        maxVersion: 'TLSv1.1',
        minVersion: 'TLSv1.1',
      });
      socket.on('secureConnect', resolve);
      socket.on('error', reject);
    });
    await expect(old).rejects.toThrow();
  });

  it('closes with what is connected', async () => {
    const socket = connect({ port, host: '127.0.0.1', ca: certificate, servername: 'localhost' });
    await new Promise<void>((resolve) => socket.on('secureConnect', resolve));
    const gone = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => undefined);
    await open.close();
    await gone;
    await expect(send('GET', '/sso/known')).rejects.toThrow('ECONNREFUSED');
  });

  it('makes a certificate for the name alone, which is no authority', () => {
    const made = new X509Certificate(certificate);
    expect(made.checkHost('localhost')).toBe('localhost');
    expect(made.checkHost('other.example')).toBeUndefined();
    expect(made.ca).toBe(false);
    expect(Date.parse(made.validTo) - Date.parse(made.validFrom)).toBeLessThanOrEqual(398 * 24 * HOUR);
  });
});
