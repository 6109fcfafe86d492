import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop, until } from '../../support/desktop';
import { buildShellApp, openShell, type RunningShell } from '../../support/shellApp';

describe('the processes of the console', () => {
  let desktop: Desktop;
  let shell: RunningShell;
  let folder: string;

  beforeAll(async () => {
    folder = buildShellApp();
    desktop = await startDesktop();
    shell = await openShell(desktop, desktop.makeFolder('data'));
    await shell.page.evaluate(() => globalThis.tiny.engine?.spawn('parser'));
  }, 150_000);

  afterAll(async () => {
    await shell?.app.close();
    await desktop?.stop();
  }, 30_000);

  it('leave no core dump, and none with memory in it', async () => {
    const main = await shell.app.evaluate(() => process.pid);
    const found = withDescendants(main).map((pid) => ({
      pid,
      size: /^Max core file size\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1],
      filter: Number.parseInt(readFileSync(`/proc/${pid}/coredump_filter`, 'utf8') || '0', 16),
    }));
    expect(found.length).toBeGreaterThan(5);
    expect(found.filter(({ size, filter }) => size !== '0' || filter !== 0)).toEqual([]);
  });

  it('start no crash reporter', async () => {
    const main = await shell.app.evaluate(() => process.pid);
    const names = withDescendants(main).map((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
    expect(names.filter((name) => name.includes('crashpad'))).toEqual([]);
  });

  it('keep the data folder to their user', () => {
    for (const name of ['.', 'shell', 'models']) {
      expect(statSync(join(shell.dataFolder, name)).mode & 0o077).toBe(0);
    }
    expect(statSync(join(shell.dataFolder, 'keystore.json')).mode & 0o077).toBe(0);
  });

  it('are the only ones on their data folder: a second console gives way to the first', async () => {
    const second = desktop.programs.spawn([process.env.RISCURA_ELECTRON ?? '', '--disable-gpu', folder], {
      env: { RISCURA_DATA: shell.dataFolder },
      stdio: 'ignore',
    });
    await until('the end of the second console', () => second.exitCode !== null);
    expect(second.exitCode).toBe(0);
    expect(await shell.page.evaluate(() => globalThis.tiny.engine?.who())).toBeDefined();
  });
});

function withDescendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(withDescendants)];
}
