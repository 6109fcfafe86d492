import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop } from '../../support/desktop';
import { openShell, type RunningShell } from '../../support/shellApp';
import { listen, type RecordingListener } from './support';

const WAYS = [
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
] as const;

describe('a page that tries to reach the network', () => {
  let desktop: Desktop;
  let shell: RunningShell;
  let listener: RecordingListener;

  beforeAll(async () => {
    listener = await listen();
    desktop = await startDesktop();
    shell = await openShell(desktop, desktop.makeFolder('data'));
  }, 150_000);

  afterAll(async () => {
    await shell?.app.close();
    await desktop?.stop();
    listener?.close();
  }, 30_000);

  const tryAll = async (url: string): Promise<void> => {
    for (const way of WAYS) {
      // How it was refused does not matter here: what counts is who was touched.
      await shell.page.evaluate(
        ([name, to]) => Promise.resolve(to).then(globalThis.tiny.probes[name]).catch(String),
        [way, url] as const,
      );
    }
  };

  it.each(['url', 'namedUrl'] as const)('reaches nothing under a %s', async (kind) => {
    await tryAll(listener[kind]);
    expect(listener.touched()).toBe(0);
  });

  it('reaches nothing without the policy of its page either: the requests themselves are refused', async () => {
    const inspector = await shell.page.context().newCDPSession(shell.page);
    await inspector.send('Page.enable');
    await inspector.send('Page.setBypassCSP', { enabled: true });
    await shell.page.reload();
    await shell.connected();
    expect(await shell.page.evaluate(() => globalThis.tiny.probes.inlineScript())).toBe(true);
    await tryAll(listener.url);
    await tryAll(listener.namedUrl);
    expect(listener.touched()).toBe(0);
  });

  it('is no way out for the browser process: Chromium itself resolves no name and no address', async () => {
    const outcomes = await shell.app.evaluate(
      ({ net, session }, urls) =>
        Promise.all(
          urls.flatMap((url) => [
            net.fetch(url).then(() => 'reached', String),
            session
              .fromPartition('another')
              .fetch(url)
              .then(() => 'reached', String),
          ]),
        ),
      [listener.url, listener.namedUrl],
    );
    expect(outcomes.filter((outcome) => !outcome.includes('ERR_NAME_NOT_RESOLVED'))).toEqual([]);
    expect(listener.touched()).toBe(0);
  });
});
