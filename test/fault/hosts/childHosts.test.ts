import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop, until } from '../../support/desktop';
import { openShell, type RunningShell } from '../../support/shellApp';

const checkout = join(import.meta.dirname, '../../..');

/** The real bubblewrap around a tiny host that tells what it can reach. */
describe('hosts for strangers’ files', () => {
  let desktop: Desktop;
  let shell: RunningShell;
  let listener: Server;
  let listenerPort = 0;
  let connections = 0;

  beforeAll(async () => {
    listener = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    listenerPort = typeof address === 'object' && address ? address.port : 0;
    desktop = await startDesktop();
    shell = await openShell(desktop, desktop.makeFolder('data'));
  }, 150_000);

  afterAll(async () => {
    await shell?.app.close();
    await desktop?.stop();
    listener?.close();
  }, 30_000);

  const spawn = async (kind: 'model' | 'embedding' | 'parser'): Promise<string> => {
    const spawned = await shell.page.evaluate((name) => globalThis.tiny.engine?.spawn(name), kind);
    if (!spawned?.value) throw new Error(`no host: ${spawned?.code}`);
    return spawned.value;
  };
  const ask = async (id: string, words: string): Promise<{ ok?: unknown; code?: string }> => {
    const said = await shell.page.evaluate((input) => globalThis.tiny.engine?.ask(input), { id, words });
    return JSON.parse(said || '{}');
  };
  const states = async () =>
    Object.fromEntries(
      (await shell.page.evaluate(() => globalThis.tiny.engine?.states()))?.map((state) => [
        state.host,
        state,
      ]) ?? [],
    );

  it('are shut in wherever bubblewrap works, and the status says so', async () => {
    await spawn('parser');
    expect(await states()).toMatchObject({
      model: { confined: true },
      parser: { confined: true, state: 'running' },
    });
  });

  it.each(['model', 'parser'] as const)('have no network (%s)', async (kind) => {
    const host = await spawn(kind);
    expect(await ask(host, `connect 127.0.0.1 ${listenerPort}`)).toMatchObject({
      code: expect.stringMatching(/^E/),
    });
    expect(connections).toBe(0);
    expect(((await ask(host, 'interfaces')).ok as string[]).filter((name) => name !== 'lo')).toEqual([]);
  });

  it('have no session bus, no home, no data folder and nothing they may write', async () => {
    const host = await spawn('parser');
    const bus = desktop.env.DBUS_SESSION_BUS_ADDRESS?.replace('unix:path=', '') ?? '';
    expect(await ask(host, `connect ${bus}`)).toMatchObject({ code: expect.stringMatching(/^E/) });
    // What leads to the things that it must have is there, and empty but for them.
    const needed = [
      checkout,
      process.env.RISCURA_ELECTRON ?? '',
      desktop.env.XDG_RUNTIME_DIR ?? '',
      '/etc/ld.so.cache',
    ];
    const leads = (path: string): boolean => needed.some((place) => place.startsWith(path));
    for (const folder of [desktop.home, shell.dataFolder, '/root', '/home', '/etc', '/var/lib', '/srv']) {
      const { ok = [] } = await ask(host, `list ${folder}`);
      const seen = (ok as string[]).filter((name) => !leads(join(folder, name)));
      expect({ folder, seen }).toEqual({ folder, seen: [] });
    }
    expect(await ask(host, `write ${join(shell.dataFolder, 'x')}`)).toMatchObject({
      code: expect.stringMatching(/^E/),
    });
    expect(await ask(host, 'write /usr/x')).toMatchObject({ code: expect.stringMatching(/^E/) });
    expect(readdirSync(shell.dataFolder)).not.toContain('x');
  });

  it('see the models only where they need them', async () => {
    const models = join(shell.dataFolder, 'models');
    expect(await ask(await spawn('model'), `list ${models}`)).toEqual({ ok: [] });
    expect(await ask(await spawn('parser'), `list ${models}`)).toMatchObject({ code: 'ENOENT' });
  });

  it('see none of the console’s processes, and have their secret from nowhere others can read', async () => {
    const host = await spawn('parser');
    expect(
      ((await ask(host, 'list /proc')).ok as string[]).filter((name) => /^\d+$/.test(name)).length,
    ).toBeLessThan(4);
    const commandLines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readOrNothing(`/proc/${pid}/cmdline`));
    expect(commandLines.some((line) => line.includes('parserHost.js'))).toBe(true);
    expect(commandLines.join()).not.toContain('RISCURA_HOST_SECRET');
    expect((await ask(host, 'environment')).ok).not.toContain('DBUS_SESSION_BUS_ADDRESS');
  });

  it('are started anew after they died, and the engine is told', async () => {
    const host = await spawn('model');
    await ask(host, 'die');
    expect(await shell.page.evaluate((id) => globalThis.tiny.engine?.hostExited(id), host)).toBe(true);
    expect(await ask(await spawn('model'), 'hello')).toEqual({ ok: 'hello' });
    expect((await states()).model).toMatchObject({ state: 'running', restarts: 1 });
  });

  it('end with the engine they worked for', async () => {
    await spawn('parser');
    const hosts = () =>
      readdirSync('/proc').filter((pid) => {
        const own = readOrNothing(`/proc/${pid}/environ`).includes(`RISCURA_DESKTOP=`);
        return !own && readOrNothing(`/proc/${pid}/cmdline`).includes('out/main/parserHost.js');
      }).length;
    expect(hosts()).toBeGreaterThan(0);
    const { pid } = (await shell.page.evaluate(() => globalThis.tiny.engine?.who())) ?? {};
    process.kill(pid ?? 0, 'SIGKILL');
    await until('the end of the hosts', () => hosts() === 0);
    await shell.connected(2);
  });
});

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process ended while we looked.
    return '';
  }
}
