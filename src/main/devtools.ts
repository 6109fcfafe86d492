import type { App } from 'electron';

/** Whether developer tools may be opened: in development and tests, never in what users get. */
export function devToolsAllowed(app: App): boolean {
  return !app.isPackaged;
}

/** Closes the developer tools wherever they would open in a packaged console. */
export function forbidDevTools(app: App): void {
  if (devToolsAllowed(app)) return;
  app.on('web-contents-created', (_event, contents) => {
    contents.on('devtools-opened', () => contents.closeDevTools());
  });
}
