import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop, until } from '../../support/desktop';
import { openShell, type RunningShell } from '../../support/shellApp';

describe('the end of the console', () => {
  let desktop: Desktop;

  beforeAll(async () => {
    desktop = await startDesktop();
  }, 150_000);

  afterAll(async () => {
    await desktop?.stop();
  }, 30_000);

  const open = async (dataFolder: string): Promise<{ shell: RunningShell; main: number; engine: number }> => {
    const shell = await openShell(desktop, dataFolder);
    await shell.page.evaluate(() => globalThis.tiny.engine?.spawn('parser'));
    const main = await shell.app.evaluate(() => process.pid);
    const engine = (await shell.page.evaluate(() => globalThis.tiny.engine?.who()))?.pid ?? 0;
    return { shell, main, engine };
  };

  it('gives the engine the time to close, and leaves no process and no socket', async () => {
    const dataFolder = desktop.makeFolder('ending');
    const { shell, main, engine } = await open(dataFolder);
    const processes = withDescendants(main);
    expect(processes).toContain(engine);
    await shell.app.close();
    expect(existsSync(join(dataFolder, 'tiny-closed'))).toBe(true);
    await until('the end of all processes', () => processes.every((pid) => !isRunning(pid)));
    const runtime = desktop.env.XDG_RUNTIME_DIR ?? '';
    expect(readdirSync(runtime).filter((name) => name.startsWith('riscura-'))).toEqual([]);
  }, 150_000);

  it('leaves no process when the custodian is killed, and the next one starts on the same folder', async () => {
    const dataFolder = desktop.makeFolder('killed');
    const { main } = await open(dataFolder);
    const processes = withDescendants(main);
    process.kill(main, 'SIGKILL');
    await until('the end of all processes', () => processes.every((pid) => !isRunning(pid)));
    const next = await open(dataFolder);
    await next.shell.app.close();
  }, 150_000);
});

function isRunning(pid: number): boolean {
  const status = readIfThere(`/proc/${pid}/status`);
  return status !== '' && !/^State:\s+Z/m.test(status);
}

function withDescendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readIfThere(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(withDescendants)];
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process is gone.
    return '';
  }
}
