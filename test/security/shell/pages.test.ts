import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop } from '../../support/desktop';
import { openShell, type RunningShell } from '../../support/shellApp';

const PARTITION = 'persist:console';

describe('what app:// serves', () => {
  let desktop: Desktop;
  let shell: RunningShell;

  beforeAll(async () => {
    desktop = await startDesktop();
    shell = await openShell(desktop, desktop.makeFolder('data'));
  }, 150_000);

  afterAll(async () => {
    await shell?.app.close();
    await desktop?.stop();
  }, 30_000);

  const get = (url: string, method = 'GET') =>
    shell.app.evaluate(
      async ({ session }, request) => {
        const answer = await session
          .fromPartition(request.partition)
          .fetch(request.url, { method: request.method, bypassCustomProtocolHandlers: false });
        return {
          status: answer.status,
          policy: answer.headers.get('content-security-policy'),
          body: await answer.text(),
        };
      },
      { url, method, partition: PARTITION },
    );

  it.each([
    'app://console/../main/index.js',
    'app://console/..%2fmain%2findex.js',
    'app://console/%2e%2e/main/index.js',
    'app://console/%2e%2e%2fmain%2findex.js',
    'app://console/..%5cmain%5cindex.js',
    'app://console/assets/%2e%2e/%2e%2e/main/index.js',
    'app://console//etc/passwd',
    'app://console/index.html%00.js',
    'app://console/assets',
    'app://console/__proto__',
    'app://elsewhere/index.html',
  ])('is nothing but the renderer’s files (%s)', async (url) => {
    expect(await get(url)).toMatchObject({ status: 404, body: '' });
  });

  it('answers nothing but GET', async () => {
    expect(await get('app://console/index.html', 'POST')).toMatchObject({ status: 404 });
  });

  it('has a strict policy with a nonce of its own for each load', async () => {
    const [one, two] = [await get('app://console/index.html'), await get('app://console/')];
    expect(one.status).toBe(200);
    const nonce = /'nonce-([^']+)'/.exec(one.policy ?? '')?.[1] ?? 'none';
    expect(one.body).toContain(`content="${nonce}"`);
    expect(one.body).not.toContain('__CSP_NONCE__');
    expect(two.policy).not.toBe(one.policy);
    expect(one.policy?.replace(nonce, 'N').split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'nonce-N'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "connect-src 'none'",
      "frame-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      'trusted-types default',
      "require-trusted-types-for 'script'",
    ]);
  });
});
