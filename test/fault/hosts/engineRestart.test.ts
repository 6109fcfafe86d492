import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop } from '../../support/desktop';
import { buildShellApp, openShell, type RunningShell } from '../../support/shellApp';

describe('a dead engine host', () => {
  let desktop: Desktop;
  let shell: RunningShell;

  beforeAll(async () => {
    const folder = buildShellApp('hosts');
    desktop = await startDesktop();
    shell = await openShell(desktop, folder, desktop.makeFolder('data'));
  }, 60_000);

  afterAll(async () => {
    await shell?.app.close();
    await desktop?.stop();
  }, 30_000);

  it('is started again, and the window speaks with the new one under its credential', async () => {
    const before = await shell.page.evaluate(async () => {
      await globalThis.tiny.engine?.remember('a signed token');
      return globalThis.tiny.engine?.who();
    });
    expect(before).toMatchObject({ credential: null });
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await shell.connected(2);
    const after = await shell.page.evaluate(() => globalThis.tiny.engine?.who());
    expect(after).toMatchObject({ window: before?.window, credential: 'a signed token' });
    expect(after?.pid).not.toBe(before?.pid);
  });
});
