import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop, until } from '../../../support/desktop';
import { dataFolderIn, type PackagedConsole, startPackaged, takenOver } from '../../../support/packagedApp';
import type { probes } from '../../../support/shellApp/page/probes';
import { ORDERS, REPORT } from '../../../support/shellApp/tinyRouter';
import { listen, type RecordingListener } from '../support';

type Probe = keyof typeof probes;

const PAGE = 'app://console/index.html';
/** A camera that is there to be asked for. */
const FAKE_CAMERA = '--use-fake-device-for-media-stream';

const NETWORK: readonly Probe[] = [
  'fetch',
  'xhr',
  'socket',
  'beacon',
  'image',
  'script',
  'stylesheet',
  'prefetch',
  'preconnect',
  'audio',
  'frame',
  'object',
  'webview',
  'form',
  'worker',
  'peer',
];
const ELSEWHERE = [
  'https://example.com/',
  'http://127.0.0.1:1/',
  'data:text/html,<p>elsewhere',
  'file:///etc/passwd',
  'app://elsewhere/index.html',
  'chrome://gpu/',
  'devtools://devtools/bundled/inspector.html',
  'javascript:document.body.remove()',
];
/** Addresses that the system would open in a program of its own. */
const ODD_SCHEMES = [
  'mailto:a@b.example',
  'smb://server/share',
  'ms-settings:privacy',
  'vscode://file/etc/passwd',
  'tel:1',
  'x-riscura-odd:anything',
  'ssh://host',
];
const PERMISSIONS = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read'];

/** Everything that the page is told to try, in one life of it. What it answers is looked up by the same words. */
function ordersFor(listener: RecordingListener): [Probe, ...string[]][] {
  return [
    ...(
      ['inlineScript', 'inlineHandler', 'evaluate', 'makeFunction', 'wasm', 'ownPolicy', 'globals'] as const
    ).map((probe): [Probe] => [probe]),
    ['markup', '<img src=x onerror=alert(1)>'],
    ...NETWORK.flatMap((probe): [Probe, string][] => [
      [probe, listener.url],
      [probe, listener.namedUrl],
    ]),
    ...[...ELSEWHERE, ...ODD_SCHEMES].map((url): [Probe, string] => ['go', url]),
    ...ODD_SCHEMES.map((url): [Probe, string, string] => ['follow', url, '_blank']),
    ['follow', `${listener.url}redirect`, '_self'],
    ['open', PAGE],
    ['open', 'about:blank'],
    ['open', 'mailto:a@b.example'],
    ['webview', PAGE],
    ['frame', PAGE],
    ['frameAsks'],
    ...PERMISSIONS.map((name): [Probe, string] => ['permission', name]),
    ['camera'],
    ['screen'],
    ['notification'],
    ['location'],
    ['paste'],
  ];
}

describe('a page that was taken over in the packaged console', () => {
  let desktop: Desktop;
  let console: PackagedConsole;
  let listener: RecordingListener;
  let opened: string;
  let results: Map<string, unknown>;

  beforeAll(async () => {
    const folder = await takenOver();
    listener = await listen();
    desktop = await startDesktop();
    const orders = ordersFor(listener);
    opened = join(desktop.makeFolder('opened'), 'list');
    const env = { PATH: `${openerThatTells(desktop, opened)}:${process.env.PATH}` };
    const config = desktop.makeFolder('config');
    const data = dataFolderIn(config);
    mkdirSync(data, { recursive: true, mode: 0o700 });
    writeFileSync(join(data, ORDERS), JSON.stringify(orders));
    desktop.programs.giveToUser(config);
    console = startPackaged(desktop, folder, { args: [FAKE_CAMERA], config, env });
    await until('the report of the page', () => existsSync(join(data, REPORT)), 60_000);
    const report = JSON.parse(readFileSync(join(data, REPORT), 'utf8')) as unknown[];
    results = new Map(orders.map((order, at) => [order.join(' '), report[at]]));
  }, 180_000);

  afterAll(async () => {
    await console?.quit();
    await desktop?.stop();
    listener?.close();
  }, 60_000);

  const came = (...order: string[]) => results.get(order.join(' '));

  it.each(['inlineScript', 'inlineHandler', 'evaluate', 'makeFunction', 'wasm'])(
    'runs no code of its own (%s)',
    (probe) => {
      expect(came(probe)).toBe(false);
    },
  );

  it('makes no markup out of text', () => {
    expect(came('markup', '<img src=x onerror=alert(1)>')).toBe(false);
    expect(came('ownPolicy')).toBe(false);
  });

  it('has nothing of Node or Electron', () => {
    expect(came('globals')).toEqual([]);
  });

  it('reaches nothing in the network', () => {
    expect(came('fetch', listener.url)).toBe(false);
    expect(listener.touched()).toBe(0);
  });

  it.each([...ELSEWHERE, ...ODD_SCHEMES])('stays where it is (%s)', (url) => {
    expect(came('go', url)).toBe(PAGE);
  });

  it('follows no link that leads elsewhere by a redirect', () => {
    expect(came('follow', `${listener.url}redirect`, '_self')).toBe(PAGE);
  });

  it('has no address opened by a program of the system', () => {
    expect(ODD_SCHEMES.map((url) => came('follow', url, '_blank'))).toEqual(ODD_SCHEMES.map(() => PAGE));
    expect(existsSync(opened)).toBe(false);
  });

  it('opens no window, no webview and no frame of the console', () => {
    expect([PAGE, 'about:blank', 'mailto:a@b.example'].map((url) => came('open', url))).toEqual([
      false,
      false,
      false,
    ]);
    const pages = console.processes().filter(({ line }) => line.includes('--type=renderer'));
    expect(pages).toHaveLength(1);
  });

  it('gives a frame of it no port', () => {
    expect(came('frameAsks')).toBe(false);
  });

  it('is refused every permission', () => {
    expect(PERMISSIONS.map((name) => came('permission', name))).toEqual(PERMISSIONS.map(() => 'denied'));
    expect(['camera', 'screen', 'notification', 'location', 'paste'].map((probe) => came(probe))).toEqual([
      'NotAllowedError',
      'NotAllowedError',
      'denied',
      'denied',
      'NotAllowedError',
    ]);
  });

  it('runs in Chromium’s sandbox', () => {
    const [page] = console.processes().filter(({ line }) => line.includes('--type=renderer'));
    const status = readFileSync(`/proc/${page?.pid}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  });
});

/**
 * Puts a program in the place of the one with which a desktop opens addresses.
 * @param list where it writes what it was given
 * @returns the folder that holds it
 */
function openerThatTells(desktop: Desktop, list: string): string {
  const folder = desktop.makeFolder('bin');
  for (const name of ['xdg-open', 'gio', 'xdg-email']) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >> ${list}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  desktop.programs.giveToUser(dirname(list));
  desktop.programs.giveToUser(folder);
  return folder;
}
