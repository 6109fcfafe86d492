import type { App } from 'electron';

/** Switches of Chromium and Node that open a debugger into a running console. */
const DEBUG_SWITCHES = ['remote-debugging-port', 'remote-debugging-pipe', 'inspect', 'inspect-brk'];

/** Whether developer tools may be opened: in development and tests, never in what users get. */
export function devToolsAllowed(app: App): boolean {
  return !app.isPackaged;
}

/** Closes the developer tools wherever they would open in a packaged console, and refuses debugger switches. */
export function forbidDevTools(app: App): void {
  if (devToolsAllowed(app)) return;
  if (DEBUG_SWITCHES.some((name) => app.commandLine.hasSwitch(name))) app.exit(1);
  app.on('web-contents-created', (_event, contents) => {
    contents.on('devtools-opened', () => contents.closeDevTools());
  });
}
