import { randomUUID } from 'node:crypto';
import type { BrowserWindow } from 'electron';

/** The windows that are open, each with a name that nobody can guess and no other window ever has. */
export interface Windows {
  add(window: BrowserWindow): void;
  of(contentsId: number): { id: string; window: BrowserWindow } | null;
  /** Brings one to the front. @returns whether there was one */
  show(): boolean;
}

/** @param onClosed called with the name of a window that is gone */
export function createWindows(onClosed: (id: string) => void): Windows {
  const open = new Map<number, { id: string; window: BrowserWindow }>();
  return {
    add: (window) => {
      const contentsId = window.webContents.id;
      const id = randomUUID();
      open.set(contentsId, { id, window });
      window.once('closed', () => {
        open.delete(contentsId);
        onClosed(id);
      });
    },
    of: (contentsId) => open.get(contentsId) ?? null,
    show: () => {
      const [first] = open.values();
      if (!first) return false;
      if (first.window.isMinimized()) first.window.restore();
      first.window.focus();
      return true;
    },
  };
}
