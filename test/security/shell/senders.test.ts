import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desktop, startDesktop } from '../../support/desktop';
import { buildShellApp, openShell, type RunningShell } from '../../support/shellApp';

const CONNECT = 'riscura:connect';

describe('who may ask for a port', () => {
  let desktop: Desktop;
  let shell: RunningShell;
  let folder: string;

  beforeAll(async () => {
    folder = buildShellApp();
    desktop = await startDesktop();
    shell = await openShell(desktop, desktop.makeFolder('data'));
  }, 150_000);

  afterAll(async () => {
    await shell?.app.close();
    await desktop?.stop();
  }, 30_000);

  /** Opens a window with our preload script that is not one of the console's; answers how many ports it got. */
  const portsOfForeignWindow = (url: string, ownSession: boolean) =>
    shell.app.evaluate(
      async ({ BrowserWindow, session }, given) => {
        const window = new BrowserWindow({
          show: false,
          webPreferences: {
            preload: given.preload,
            sandbox: true,
            contextIsolation: true,
            ...(given.ownSession ? { session: session.fromPartition('persist:console') } : {}),
          },
        });
        const posted: string[] = [];
        const post = window.webContents.postMessage.bind(window.webContents);
        window.webContents.postMessage = (channel, ...rest) => {
          posted.push(channel);
          post(channel, ...rest);
        };
        const asked = new Promise((resolve) => window.webContents.once('ipc-message', resolve));
        await window.loadURL(given.url);
        await asked;
        await new Promise((resolve) => setTimeout(resolve, 200));
        window.destroy();
        return posted.length;
      },
      { url, ownSession, preload: join(folder, 'out/preload/index.cjs') },
    );

  it('is no window of somebody else, whatever it shows', async () => {
    expect(await portsOfForeignWindow('data:text/html,<p>foreign', false)).toBe(0);
    expect(await portsOfForeignWindow('app://console/index.html', true)).toBe(0);
  });

  it('is only the main frame of a window, and only while it shows the console', async () => {
    const given = await shell.app.evaluate(async ({ ipcMain, BrowserWindow }, channel) => {
      const own = BrowserWindow.getAllWindows()[0]?.webContents;
      if (!own) throw new Error('no window');
      let posted = 0;
      const post = own.postMessage.bind(own);
      own.postMessage = (...message) => {
        posted += 1;
        post(...message);
      };
      const ask = (senderFrame: unknown): number => {
        posted = 0;
        ipcMain.emit(channel, { sender: own, senderFrame, frameId: 0 });
        return posted;
      };
      const { mainFrame } = own;
      const answers = {
        itself: ask(mainFrame),
        frame: ask({ origin: 'app://console', url: 'app://console/index.html' }),
        nobody: ask(null),
      };
      own.postMessage = post;
      return answers;
    }, CONNECT);
    expect(given).toEqual({ itself: 1, frame: 0, nobody: 0 });
  });

  it('is no window that has left for another page', async () => {
    const given = await shell.app.evaluate(async ({ BrowserWindow }) => {
      const own = BrowserWindow.getAllWindows()[0]?.webContents;
      if (!own) throw new Error('no window');
      let posted = 0;
      const post = own.postMessage.bind(own);
      own.postMessage = (...message) => {
        posted += 1;
        post(...message);
      };
      const asked = new Promise((resolve) => own.once('ipc-message', resolve));
      await own.loadURL('data:text/html,<p>elsewhere');
      await asked;
      await new Promise((resolve) => setTimeout(resolve, 200));
      const given = posted;
      own.postMessage = post;
      await own.loadURL('app://console/index.html');
      return given;
    });
    expect(given).toBe(0);
    await shell.connected();
  });

  it('finds no other channel', async () => {
    const channels = await shell.app.evaluate(({ ipcMain }) => ipcMain.eventNames());
    // Electron itself listens for `error`.
    expect(channels.filter((channel) => channel !== 'error')).toEqual([CONNECT]);
  });
});
