import type { App } from 'electron';
import type { Log } from '../engine/ports';

/** Keeps every page where it is: no navigation, no redirect, no new window, no webview, in any frame. */
export function refuseNavigation(app: App, log: Log): void {
  app.on('web-contents-created', (_event, contents) => {
    const refuse = (what: string) => (event: { preventDefault(): void }) => {
      event.preventDefault();
      log.warn('a page tried to leave the console', { what });
    };
    contents.on('will-navigate', refuse('navigate'));
    contents.on('will-frame-navigate', refuse('frame-navigate'));
    contents.on('will-redirect', refuse('redirect'));
    contents.on('will-attach-webview', refuse('webview'));
    contents.setWindowOpenHandler(() => {
      log.warn('a page tried to leave the console', { what: 'window.open' });
      return { action: 'deny' };
    });
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  });
}
