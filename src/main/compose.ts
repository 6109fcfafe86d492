import { join } from 'node:path';
import { app, dialog, MessageChannelMain, type MessagePortMain, session } from 'electron';
import { openPreferences } from '../adapters/electronStore';
import { openKeystore } from '../adapters/keystore';
import type { DataFolder } from '../custodian/dataFolder';
import { createHosts } from '../custodian/hosts';
import type { Log } from '../engine/ports';
import { openBrowser } from './browser';
import { refuseRemoteRequests } from './chromiumServices';
import { answerConnectRequests, reportOtherChannels } from './connectRequests';
import { devToolsAllowed } from './devtools';
import { forkEngine } from './engineProcess';
import { layoutOf } from './layout';
import { installMenu } from './menu';
import { pagesOfDevServer, pagesOfFolder } from './pageSources';
import { refusePermissions } from './permissions';
import { servePages } from './protocol';
import { openWindow } from './window';
import { createWindowPorts } from './windowPorts';
import { createWindows } from './windows';

/** The running console. */
export interface Console {
  /** Brings a window to the front, or opens one. */
  show(): void;
  /** Ends all hosts, the engine in its own time. */
  stop(): Promise<void>;
}

/** Puts the parts of the shell together and starts them. The app must be ready. */
export function composeConsole(folder: DataFolder, devServer: URL | null, log: Log): Console {
  const out = join(app.getAppPath(), 'out');
  const pages = session.fromPartition('persist:console');
  const preferences = openPreferences(folder.path);
  const layout = layoutOf(app, folder, process.env);
  const ports = createWindowPorts(newChannel);
  const hosts = createHosts<MessagePortMain>({
    layout,
    keystore: openKeystore(folder.path),
    log,
    forkEngine: () => forkEngine(layout, folder.path, app.getVersion()),
    openBrowser,
    onReady: ports.engineReady,
    onGone: ports.engineGone,
    onCredential: ports.remember,
    onEngineFailed: () => void askAfterFailure(() => hosts.retryEngine()),
  });
  const windows = createWindows(ports.closed);

  refusePermissions(pages);
  refuseRemoteRequests(pages, devServer);
  servePages(
    pages,
    devServer ? pagesOfDevServer(devServer) : pagesOfFolder(join(out, 'renderer')),
    devServer,
  );
  installMenu(devToolsAllowed(app));
  answerConnectRequests(windows.of, ports.connect, log);
  hosts.start();

  const open = (): void => {
    const window = openWindow({ session: pages, preferences, out, devTools: devToolsAllowed(app) });
    windows.add(window);
    reportOtherChannels(window, log);
  };
  open();

  return {
    show: () => {
      if (!windows.show()) open();
    },
    stop: hosts.stop,
  };
}

function newChannel(): { forWindow: MessagePortMain; forEngine: MessagePortMain } {
  const { port1, port2 } = new MessageChannelMain();
  return { forWindow: port1, forEngine: port2 };
}

/** The windows wait for an engine that does not come: say so, and let the person decide. */
async function askAfterFailure(retry: () => void): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'RISCURA Console',
    message: 'The engine stopped several times and was not started again.',
    detail: 'Nothing that was confirmed is lost. The log of the console says why it stopped.',
    buttons: ['Start it again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) retry();
  else app.quit();
}
