import { join } from 'node:path';
import { app, dialog } from 'electron';
import type { FolderLock } from '../adapters/folderLock';
import { forbidDumps } from '../custodian/crashDumps';
import { type DataFolder, DataFolderRefused, openDataFolder } from '../custodian/dataFolder';
import { takeDataFolder } from '../custodian/takeDataFolder';
import { silenceChromium } from './chromiumServices';
import { type Console, composeConsole } from './compose';
import { forgetDevelopmentVariables } from './developmentVariables';
import { forbidDevTools } from './devtools';
import { createLog } from './log';
import { refuseNavigation } from './navigation';
import { registerScheme } from './protocol';
import { isFirstConsole } from './singleInstance';
import { refuseSwitches } from './switches';

/*
 * The main process: the custodian of the keys, the windows, the life of the hosts. It is not in the path of the
 * data: a window and the engine speak over a port that they got from here.
 */

const log = createLog('main');
const devServer = developmentServer();
let running: Console | null = null;

forgetDevelopmentVariables(app, process.env);
const mayStart = refuseSwitches(app);
silenceChromium(app.commandLine, devServer);
forbidDumps(log);
forbidDevTools(app);
refuseNavigation(app, log);
registerScheme();
// Root has no sandbox of Chromium's; whoever starts the console so has said it with this switch.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();

const folder = mayStart ? openFolder() : null;
if (!folder || !isFirstConsole(app, () => running?.show())) app.exit(folder ? 0 : 1);
// Not awaited here: the app becomes ready only after this module has been read to its end.
else void app.whenReady().then(() => start(folder));

async function start(folder: DataFolder): Promise<void> {
  let lock: FolderLock;
  try {
    lock = await takeDataFolder(folder, app.getName());
  } catch (refusal) {
    if (!(refusal instanceof DataFolderRefused)) throw refusal;
    refuseToStart(refusal.message);
    return;
  }
  running = composeConsole(folder, devServer, log);
  app.on('activate', () => running?.show());
  app.on('window-all-closed', () => app.quit());
  app.once('before-quit', (event) => {
    event.preventDefault();
    void running?.stop().finally(() => {
      lock.release();
      app.exit(0);
    });
  });
}

/** Opens the data folder and tells Chromium to keep its own files inside it. */
function openFolder(): DataFolder | null {
  try {
    const opened = openDataFolder(process.env.RISCURA_DATA ?? join(app.getPath('userData'), 'data'));
    app.setPath('userData', opened.shell);
    app.setPath('crashDumps', join(opened.shell, 'none'));
    return opened;
  } catch (error) {
    log.error('the data folder was refused', error);
    dialog.showErrorBox(
      'RISCURA Console cannot start',
      error instanceof Error ? error.message : String(error),
    );
    return null;
  }
}

function refuseToStart(why: string): void {
  log.warn('the console does not start', { why });
  dialog.showErrorBox('RISCURA Console cannot start', why);
  app.exit(1);
}

/** The address of electron-vite's server while the console is developed; never in a packaged console. */
function developmentServer(): URL | null {
  const address = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
  return address ? new URL(address) : null;
}
