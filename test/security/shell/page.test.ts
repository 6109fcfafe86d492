import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop } from '../../support/desktop';
import { openShell, type RunningShell } from '../../support/shellApp';

/** A camera that is there to be asked for. */
const FAKE_CAMERA = '--use-fake-device-for-media-stream';

describe('a page that was taken over', () => {
  let desktop: Desktop;
  let shell: RunningShell;

  beforeAll(async () => {
    desktop = await startDesktop();
    shell = await openShell(desktop, desktop.makeFolder('data'), [FAKE_CAMERA]);
  }, 150_000);

  afterAll(async () => {
    await shell?.app.close();
    await desktop?.stop();
  }, 30_000);

  const pages = () => shell.app.evaluate(({ webContents }) => webContents.getAllWebContents().length);

  it.each(['inlineScript', 'inlineHandler', 'evaluate', 'makeFunction', 'wasm'] as const)(
    'runs no code of its own (%s)',
    async (probe) => {
      expect(await shell.page.evaluate((name) => globalThis.tiny.probes[name](), probe)).toBe(false);
    },
  );

  it('makes no markup out of text, only text', async () => {
    const markup = (text: string) =>
      shell.page.evaluate((given) => globalThis.tiny.probes.markup(given), text);
    expect(await markup('<img src=x onerror=alert(1)>')).toBe(false);
    expect(await markup(':root { --rail: 240px }')).toBe(true);
    expect(await shell.page.evaluate(() => globalThis.tiny.probes.ownPolicy())).toBe(false);
  });

  it('has nothing of Node or Electron', async () => {
    expect(await shell.page.evaluate(() => globalThis.tiny.probes.globals())).toEqual([]);
  });

  it.each([
    'https://example.com/',
    'http://127.0.0.1:1/',
    'data:text/html,<p>elsewhere',
    'file:///etc/passwd',
    'app://console/assets/../index.html?again',
    'app://elsewhere/index.html',
    'javascript:document.body.remove()',
    'chrome://gpu/',
  ])('stays where it is (%s)', async (url) => {
    const before = shell.page.url();
    await shell.page.evaluate((to) => globalThis.tiny.probes.go(to), url);
    expect(shell.page.url()).toBe(before);
    expect(await shell.page.evaluate(() => document.getElementById('state')?.textContent)).toBe('waiting');
  });

  it('opens no window', async () => {
    expect(await shell.page.evaluate(() => globalThis.tiny.probes.open('app://console/index.html'))).toBe(
      false,
    );
    expect(await shell.page.evaluate(() => globalThis.tiny.probes.open('about:blank'))).toBe(false);
    expect(await pages()).toBe(1);
  });

  it('gets no webview and no frame', async () => {
    await shell.page.evaluate(() => globalThis.tiny.probes.webview('app://console/index.html'));
    await shell.page.evaluate(() => globalThis.tiny.probes.frame('app://console/index.html'));
    expect(await pages()).toBe(1);
    const addresses = shell.page.frames().map((frame) => frame.url());
    expect(addresses.filter((address) => address.startsWith('app://console/'))).toEqual([shell.page.url()]);
  });

  it('is refused every permission', async () => {
    const probes = await shell.page.evaluate(async () => {
      const { permission, camera, screen, notification, location, paste } = globalThis.tiny.probes;
      const names = [
        'geolocation',
        'notifications',
        'camera',
        'microphone',
        'midi',
        'clipboard-read',
        'storage-access',
      ];
      return {
        states: await Promise.all(names.map((name) => permission(name))),
        asked: [await camera(), await screen(), await notification(), await location(), await paste()],
      };
    });
    expect(new Set(probes.states)).toEqual(new Set(['denied']));
    expect(probes.asked).toEqual([
      'NotAllowedError',
      'NotAllowedError',
      'denied',
      'denied',
      'NotAllowedError',
    ]);
  });

  it('may put text on the clipboard, for the copy buttons', async () => {
    await shell.page.reload();
    await shell.connected();
    // A page may only do this while it has the focus, which no window manager gives it here.
    const inspector = await shell.page.context().newCDPSession(shell.page);
    await inspector.send('Emulation.setFocusEmulationEnabled', { enabled: true });
    await shell.page.locator('#state').click();
    expect(await shell.page.evaluate(() => globalThis.tiny.probes.copy('a receipt'))).toBe('copied');
  });

  it('runs in Chromium’s sandbox', async () => {
    const pid = await shell.app.evaluate(({ webContents }) =>
      webContents.getAllWebContents()[0]?.getOSProcessId(),
    );
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  });
});
