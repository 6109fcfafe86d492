import type { App } from 'electron';

/**
 * Switches of Chromium and Node with which whoever starts a console would look into it, run code in it, or take its
 * protections away.
 */
const REFUSED = [
  // A debugger, or a driver.
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'remote-allow-origins',
  'inspect',
  'inspect-brk',
  'inspect-port',
  'auto-open-devtools-for-tabs',
  'enable-automation',
  // Programs and code of somebody else's.
  'js-flags',
  'load-extension',
  'require',
  'browser-subprocess-path',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'gpu-launcher',
  // Rules of the page and of the network.
  'disable-web-security',
  'disable-site-isolation-trials',
  'proxy-server',
  'proxy-pac-url',
  'host-rules',
  'host-resolver-rules',
  'ignore-certificate-errors',
  'log-net-log',
  'ssl-key-log-file',
  // Where the console keeps its own.
  'user-data-dir',
] as const;

/**
 * A packaged console does not start under a switch that undoes it. Must run before any switch of ours is added.
 * @returns whether it goes on
 */
export function refuseSwitches(app: Pick<App, 'isPackaged' | 'commandLine' | 'exit'>): boolean {
  if (!app.isPackaged) return true;
  const given = REFUSED.find((name) => app.commandLine.hasSwitch(name));
  if (!given) return true;
  console.error(`RISCURA Console does not start with --${given}.`);
  app.exit(1);
  return false;
}
