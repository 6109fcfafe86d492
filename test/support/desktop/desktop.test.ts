import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkout } from './checkout';
import { type Desktop, launchConsole, startDesktop } from './index';

const PROBE = `
import { app, BrowserWindow, protocol } from 'electron';
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
globalThis.opened = { name: app.getName(), version: app.getVersion(), path: app.getAppPath() };
app.whenReady().then(() => {
  protocol.handle('app', () => new Response('<h1>Probe</h1>', { headers: { 'content-type': 'text/html' } }));
  new BrowserWindow({ webPreferences: { sandbox: true } }).loadURL('app://probe/');
});
`;

function writeProbe(desktop: Desktop): string {
  const folder = desktop.makeFolder('probe');
  const description = {
    name: 'probe',
    productName: 'Probe',
    version: '3.2.1',
    type: 'module',
    main: 'main.js',
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(description));
  writeFileSync(join(folder, 'main.js'), PROBE);
  return folder;
}

/** Calls keytar in a program of its own on the desktop; answers what it answered. */
function keytar(desktop: Desktop, method: string, ...args: string[]): unknown {
  const library = join(checkout, 'node_modules/@github/keytar');
  const call = `require(${JSON.stringify(library)}).${method}(...process.argv.slice(1))`;
  return JSON.parse(
    desktop.programs.runNode(`${call}.then((answer) => console.log(JSON.stringify(answer ?? null)))`, args),
  );
}

function processesOf(desktop: Desktop): string[] {
  const mark = `RISCURA_DESKTOP=${desktop.env.RISCURA_DESKTOP}`;
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
    } catch {
      return false;
    }
  });
}

describe.runIf(process.platform === 'linux')('a desktop for tests', () => {
  let desktop: Desktop;
  beforeAll(async () => {
    desktop = await startDesktop();
  });
  afterAll(() => desktop.stop());

  test('opens an application as an ordinary user with Chromium’s sandbox on', async () => {
    const folder = writeProbe(desktop);
    const application = await launchConsole(desktop, { app: folder });
    const window = await application.firstWindow();
    expect(await window.textContent('h1')).toBe('Probe');
    expect(await application.evaluate(() => (globalThis as unknown as { opened: unknown }).opened)).toEqual({
      name: 'Probe',
      version: '3.2.1',
      path: folder,
    });
    const renderer = await application.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
    );
    const status = readFileSync(`/proc/${renderer}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(status).not.toMatch(/^Uid:\s+0\b/m);
    await application.close();
  });

  test('keeps secrets in a keyring that can be locked, unlocked and emptied', async () => {
    keytar(desktop, 'setPassword', 'service', 'account', 'secret');
    expect(keytar(desktop, 'getPassword', 'service', 'account')).toBe('secret');
    await desktop.keyring.lock();
    expect(keytar(desktop, 'getPassword', 'service', 'account')).toBeNull();
    expect(() => keytar(desktop, 'setPassword', 'service', 'account', 'other')).toThrow('locked');
    await desktop.keyring.unlock();
    expect(keytar(desktop, 'getPassword', 'service', 'account')).toBe('secret');
    await desktop.keyring.empty();
    expect(keytar(desktop, 'getPassword', 'service', 'account')).toBeNull();
  });

  test('can have a keyring without a password, and none at all', async () => {
    await desktop.keyring.stop();
    expect(() => keytar(desktop, 'getPassword', 'service', 'account')).toThrow();
    await desktop.keyring.startUnprotected();
    keytar(desktop, 'setPassword', 'service', 'account', 'for everybody to read');
    const file = readFileSync(join(desktop.keyring.folder, 'login.keyring'), 'utf8');
    expect(file).toMatch(/^\[keyring]/);
    expect(file).toContain('for everybody to read');
  });

  test('stands beside another one and leaves nothing behind', async () => {
    const other = await startDesktop();
    expect(other.env.DISPLAY).not.toBe(desktop.env.DISPLAY);
    keytar(other, 'setPassword', 'service', 'only there', 'secret');
    expect(keytar(desktop, 'getPassword', 'service', 'only there')).toBeNull();
    const application = await launchConsole(other, { app: writeProbe(other) });
    await application.firstWindow();
    await other.stop();
    expect(processesOf(other)).toEqual([]);
    expect(processesOf(desktop)).not.toEqual([]);
  });
});
