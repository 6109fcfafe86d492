import { join } from 'node:path';
import { BrowserWindow, nativeTheme, type Rectangle, type Session, screen } from 'electron';
import type { Preferences, WindowState } from '../adapters/electronStore';
import { ORIGIN } from './origin';

const SMALLEST = { width: 390, height: 560 };

export interface WindowSettings {
  readonly session: Session;
  readonly preferences: Preferences;
  /** The folder of the built application: preload script and renderer. */
  readonly out: string;
  readonly devTools: boolean;
}

/** Opens a window of the console. It can show the console's own pages and do nothing else. */
export function openWindow(settings: WindowSettings): BrowserWindow {
  const { preferences } = settings;
  const saved = preferences.window();
  const window = new BrowserWindow({
    title: 'RISCURA Console',
    ...onScreen(saved.bounds),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#101113' : '#ffffff',
    webPreferences: {
      session: settings.session,
      preload: join(settings.out, 'preload', 'index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: settings.devTools,
    },
  });
  if (saved.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () =>
    preferences.setWindow({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }),
  );
  void window.loadURL(`${ORIGIN}/index.html`);
  return window;
}

/** The place a window had, unless the screen it was on is no longer there; then the system chooses one. */
function onScreen(bounds: WindowState['bounds']): WindowState['bounds'] {
  const { x, y, width, height } = bounds;
  if (x === undefined || y === undefined) return { width, height };
  const overlaps = (area: Rectangle): boolean =>
    x < area.x + area.width && x + width > area.x && y < area.y + area.height && y >= area.y;
  return screen.getAllDisplays().some((display) => overlaps(display.workArea)) ? bounds : { width, height };
}
