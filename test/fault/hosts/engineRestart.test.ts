import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop, until } from '../../support/desktop';
import { openShell, type RunningShell } from '../../support/shellApp';

describe('a dead engine host', () => {
  let desktop: Desktop;
  let shell: RunningShell;
  let log = '';

  beforeAll(async () => {
    desktop = await startDesktop();
    shell = await openShell(desktop, desktop.makeFolder('data'));
    shell.app.process().stderr?.on('data', (bytes: Buffer) => {
      log += bytes.toString('utf8');
    });
  }, 150_000);

  afterAll(async () => {
    await shell?.app.close();
    await desktop?.stop();
  }, 30_000);

  const who = () => shell.page.evaluate(() => globalThis.tiny.engine?.who());
  const portsSoFar = () => shell.page.evaluate(() => globalThis.tiny.ports);

  it('is started again, and the window speaks with the new one under its credential', async () => {
    const before = await who();
    expect(before).toMatchObject({ credential: null });
    await shell.page.evaluate(() => globalThis.tiny.engine?.remember('a signed token'));
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await shell.connected(2);
    const after = await who();
    expect(after).toMatchObject({ window: before?.window, credential: 'a signed token' });
    expect(after?.pid).not.toBe(before?.pid);
    expect(await shell.page.evaluate(() => globalThis.tiny.engine?.states())).toContainEqual({
      host: 'engine',
      state: 'running',
      restarts: 1,
      confined: false,
    });
  });

  it('gives a reloaded page a new port to the same engine', async () => {
    const before = await who();
    await shell.page.reload();
    await shell.connected();
    expect(await who()).toEqual(before);
  });

  it('hears nothing of the session bus, the home or the display', async () => {
    const environment = (await shell.page.evaluate(() => globalThis.tiny.engine?.environment())) ?? {};
    const foreign = Object.keys(environment).filter((name) => /HOME|DISPLAY|XDG|SSH|NODE_OPTIONS/.test(name));
    expect(foreign).toEqual([]);
    expect(environment.DBUS_SESSION_BUS_ADDRESS).toBe('disabled:');
  });

  it('is given up after too many deaths, which the person is told, and starts again when asked', async () => {
    const crash = join(shell.dataFolder, 'tiny-crash');
    writeFileSync(crash, '');
    const engine = await who();
    await shell.app.evaluate(({ dialog }) => {
      const answers: ((answer: { response: number; checkboxChecked: boolean }) => void)[] = [];
      Object.assign(globalThis, { asked: answers });
      Object.assign(dialog, { showMessageBox: () => new Promise((resolve) => answers.push(resolve)) });
    });
    const asked = () =>
      shell.app.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked.length);
    process.kill(engine?.pid ?? 0, 'SIGKILL');
    await until('the question what to do', async () => (await asked()) === 1, 60_000);
    const delays = [...log.matchAll(/"restartInMs":(\d+|null)/g)].map(([, delay]) => delay);
    expect(delays).toEqual(['250', '500', '1000', '2000', '4000', 'null']);

    rmSync(crash);
    const ports = await portsSoFar();
    await shell.app.evaluate(() => {
      const [answer] = (globalThis as unknown as { asked: ((answer: object) => void)[] }).asked;
      answer?.({ response: 0, checkboxChecked: false });
    });
    await shell.connected(ports + 1);
    expect((await who())?.credential).toBe('a signed token');
  }, 90_000);
});
