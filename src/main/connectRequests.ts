import { type BrowserWindow, type IpcMainEvent, ipcMain, type MessagePortMain } from 'electron';
import type { Log } from '../engine/ports';
import { isOwnOrigin } from './origin';
import type { PortReceiver } from './windowPorts';

/** The only channel from a page to this process: it asks for a port to the engine. */
const CONNECT = 'riscura:connect';
/** The only channel back: the port. */
const PORT = 'riscura:port';

/**
 * Answers the windows of the console that ask for a port, and nobody else: the sender must be the main frame of
 * one of our windows and show our own page. All else that comes over any channel is refused and logged.
 */
export function answerConnectRequests(
  windowOf: (contentsId: number) => { id: string; window: BrowserWindow } | null,
  connect: (receiver: PortReceiver<MessagePortMain>) => void,
  log: Log,
): void {
  ipcMain.on(CONNECT, (event) => {
    const known = windowOf(event.sender.id);
    if (!known || !comesFromOwnPage(event)) {
      log.warn('a foreign sender asked for a port', { frame: event.frameId });
      return;
    }
    connect({
      id: known.id,
      give: (port) => known.window.webContents.postMessage(PORT, null, [port]),
    });
  });
}

/** Logs what a page sends over any other channel. Nobody listens there. */
export function reportOtherChannels(window: BrowserWindow, log: Log): void {
  const report = (channel: string): void => {
    if (channel !== CONNECT)
      log.warn('a page used a channel that does not exist', { length: channel.length });
  };
  window.webContents.on('ipc-message', (_event, channel) => report(channel));
  window.webContents.on('ipc-message-sync', (_event, channel) => report(channel));
}

function comesFromOwnPage(event: IpcMainEvent): boolean {
  const frame = event.senderFrame;
  return (
    frame !== null && frame === event.sender.mainFrame && isOwnOrigin(frame.origin) && isOwnOrigin(frame.url)
  );
}
