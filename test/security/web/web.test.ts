import { connect as connectHttp2 } from 'node:http2';
import { get as httpsGet } from 'node:https';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OPERATOR } from '../../support/engine/world';
import { openBrowser, startWeb } from '../../support/web';

const TAB = '0123456789abcdef';
const CURRENT = '/rpc/installation/operators/current';
const CALL = JSON.stringify({ json: {} });
const CREDENTIALS = { email: OPERATOR.email, password: OPERATOR.password };

/** Asks over HTTP/1.1 for a path as it is written, under a name. */
function getAsIs(port: number, pem: string, path: string, host = `localhost:${port}`) {
  return new Promise<number | undefined>((resolve, reject) => {
    const wishes = { host: '127.0.0.1', port, path, headers: { host }, ca: pem, servername: 'localhost' };
    httpsGet(wishes, (answer) => resolve(answer.resume().statusCode)).once('error', reject);
  });
}

describe('the web console and strangers', () => {
  it('takes no call that a page of another origin could send', async () => {
    const { origin, pem } = await startWeb();
    const { send, openTab } = openBrowser(origin, pem);
    const { client, headers } = openTab(TAB);
    await client.installation.operators.signIn(CREDENTIALS);
    const own = { ...headers(), 'content-type': 'application/json' };
    const status = async (changed: Record<string, string>, dropped: string[] = []) => {
      const kept = Object.entries({ ...own, ...changed }).filter(([name]) => !dropped.includes(name));
      const answer = await send(CURRENT, { method: 'POST', body: CALL, headers: Object.fromEntries(kept) });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      return answer.status;
    };
    expect(await status({})).toBe(200);
    expect(await status({ origin: 'https://evil.example' })).toBe(403);
    expect(await status({ origin: 'null' })).toBe(403);
    expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await status({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await status({}, ['origin'])).toBe(403);
    expect(await status({}, ['x-riscura-tab'])).toBe(403);
    expect(await status({ 'content-type': 'text/plain' })).toBe(400);
    expect(await status({ 'content-type': 'application/x-www-form-urlencoded' })).toBe(400);
    const simple = await send(`${CURRENT}?data=${encodeURIComponent(CALL)}`, { headers: headers() });
    expect(simple.status).toBe(404);
    const preflight = await send(CURRENT, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toBeNull();
  });

  it('gives each sign-in a cookie that nobody can have known before', async () => {
    const { origin, pem } = await startWeb();
    const { send, openTab } = openBrowser(origin, pem);
    const { client, jar } = openTab(TAB);
    const planted = 'A'.repeat(43);
    jar.set(`__Host-riscura-${TAB}`, planted);
    await client.installation.operators.signIn(CREDENTIALS);
    const first = jar.get(`__Host-riscura-${TAB}`);
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(first).not.toBe(planted);
    await client.installation.operators.signIn(CREDENTIALS);
    expect(jar.get(`__Host-riscura-${TAB}`)).not.toBe(first);
    const replay = await send(CURRENT, {
      method: 'POST',
      body: CALL,
      headers: {
        'content-type': 'application/json',
        'x-riscura-tab': TAB,
        origin,
        cookie: `__Host-riscura-${TAB}=${first}`,
      },
    });
    expect(await replay.json()).toEqual({ json: null });
  });

  it('keeps the cookie from scripts, other origins and plain HTTP, and says nothing of the session in it', async () => {
    const { origin, pem } = await startWeb();
    const { send } = openBrowser(origin, pem);
    const answer = await send('/rpc/installation/operators/signIn', {
      method: 'POST',
      body: JSON.stringify({ json: CREDENTIALS }),
      headers: { 'content-type': 'application/json', 'x-riscura-tab': TAB, origin },
    });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(
      new RegExp(`^__Host-riscura-${TAB}=[\\w-]{43}; Path=/; Secure; HttpOnly; SameSite=Strict$`),
    );
    expect(await answer.text()).not.toMatch(/eyJ|rsr_/);
  });

  it('lets nobody keep, frame or sniff what it answers', async () => {
    const { origin, pem } = await startWeb();
    const { send } = openBrowser(origin, pem);
    const call = await send(CURRENT, {
      method: 'POST',
      body: CALL,
      headers: { 'content-type': 'application/json', 'x-riscura-tab': TAB, origin },
    });
    const page = await send('/');
    for (const { headers } of [call, page]) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      // `localhost` is every other program's name too.
      expect(headers.get('strict-transport-security')).toBeNull();
    }
  });

  it('serves a page whose policy runs no script that stands in it', async () => {
    const { origin, pem } = await startWeb();
    const { send } = openBrowser(origin, pem);
    const [first, second] = await Promise.all([send('/'), send('/')]);
    const policy = first.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self';");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe-|https?:|\*/);
    expect(policy).not.toBe(second.headers.get('content-security-policy'));
    const html = await first.text();
    expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|style=/);
    expect(html).not.toContain('__CSP_NONCE__');
  });

  it('serves the files of the page and no other', async () => {
    const { pem, settings } = await startWeb();
    const status = (path: string) => getAsIs(settings.port, pem, path);
    expect(await status('/assets/index-AbCd_123.js')).toBe(200);
    for (const path of [
      '/assets/index-AbCd_123.js.map',
      '/assets/',
      '/../web/index.ts',
      '/assets/../../web/index.ts',
      '/assets/%2e%2e/%2e%2e/index.ts',
      '/assets/..%2f..%2findex.ts',
      '/assets/..%5c..%5cindex.ts',
      '/%00',
      '//etc/passwd',
      '/etc/passwd',
      '/index.html%00.js',
    ]) {
      expect([404, 400], path).toContain(await status(path));
    }
  });

  it('lets browsers keep what cannot change, compressed, and nothing else', async () => {
    const { origin, pem } = await startWeb();
    const { send } = openBrowser(origin, pem);
    const asset = await send('/assets/index-AbCd_123.js', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(asset.headers.get('content-encoding')).toBe('br');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(await asset.text()).toContain('globalThis.page');
    const script = await send('/trusted-types.js');
    expect(script.headers.get('cache-control')).toBe('no-cache');
    const again = await send('/trusted-types.js', {
      headers: { 'if-none-match': script.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });

  it('answers under no other name', async () => {
    const { pem, settings } = await startWeb();
    const { port } = settings;
    for (const host of [
      'evil.example',
      'localhost',
      `localhost:${port}.evil.example`,
      `localhost:${port}@evil.example`,
      `127.0.0.1:${port}`,
      'localhost:1',
    ]) {
      expect([421, 400], host).toContain(await getAsIs(port, pem, '/', host));
    }
    const session = connectHttp2(`https://localhost:${port}`, { ca: pem });
    onTestFinished(() => session.destroy());
    const stream = session.request({ ':path': '/', ':authority': `evil.example:${port}` });
    expect(
      await new Promise((resolve) => stream.once('response', (headers) => resolve(headers[':status']))),
    ).toBe(421);
  });

  it('reads no more of a body than what is called takes, and of strangers little', async () => {
    const { origin, pem } = await startWeb();
    const { send } = openBrowser(origin, pem);
    const headers = { 'content-type': 'application/json', 'x-riscura-tab': TAB, origin };
    const post = (path: string, bytes: number) =>
      send(path, { method: 'POST', headers, body: JSON.stringify({ json: { text: 'x'.repeat(bytes) } }) });
    expect((await post('/rpc/tenant/knowledge/add', 300_000)).status).toBe(401);
    expect((await post(CURRENT, 300_000)).status).toBe(413);
    expect((await post('/rpc/nothing/here', 10)).status).toBe(404);
    const broken = await send(CURRENT, { method: 'POST', headers, body: '{"json":' });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ json: { code: 'BAD_INPUT' } });
  });
});
