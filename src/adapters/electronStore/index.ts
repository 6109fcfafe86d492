import { ipcMain } from 'electron';
import Store from 'electron-store';
import { z } from 'zod';

const WindowState = z.object({
  bounds: z.object({
    x: z.number().int().optional(),
    y: z.number().int().optional(),
    width: z.number().int().min(200).max(20_000),
    height: z.number().int().min(200).max(20_000),
  }),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof WindowState>;

/** What the file holds. Another version, or anything that does not fit, starts again from the defaults. */
const Stored = z.object({ version: z.literal(1), window: WindowState });

const DEFAULTS: z.infer<typeof Stored> = {
  version: 1,
  window: { bounds: { width: 1440, height: 900 }, maximized: false },
};

/** How the person likes the window: preferences only, never a secret, never a decision. */
export interface Preferences {
  window(): WindowState;
  setWindow(state: WindowState): void;
}

/**
 * Opens `preferences.json`.
 * @param folder the data folder
 */
export function openPreferences(folder: string): Preferences {
  const store = new Store<Record<string, unknown>>({
    cwd: folder,
    name: 'preferences',
    clearInvalidConfig: true,
    configFileMode: 0o600,
  });
  // The library would tell a page where the data folder is. No page of ours asks, none shall be answered.
  ipcMain.removeAllListeners('electron-store-get-data');
  const read = Stored.safeParse(store.store);
  const current = read.success ? read.data : structuredClone(DEFAULTS);

  return {
    window: () => current.window,
    setWindow: (state) => {
      current.window = state;
      store.store = current;
    },
  };
}
