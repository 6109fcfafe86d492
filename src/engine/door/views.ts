import type { Clock } from '../ports';

const WINDOW_MS = 15 * 60_000;
const MOST = 20_000;

/** Remembers what was seen, so that mere views coalesce: one event per key and 15 minutes. */
export interface ViewLedger {
  /** Whether this is still to be recorded. */
  isNew(key: string): boolean;
  /** Says that it has been recorded. */
  recorded(key: string): void;
}

export function createViewLedger(clock: Clock): ViewLedger {
  const seen = new Map<string, number>();
  return {
    isNew(key) {
      const last = seen.get(key);
      return last === undefined || clock.monotonic() - last >= WINDOW_MS;
    },
    recorded(key) {
      seen.delete(key);
      if (seen.size >= MOST) seen.delete(seen.keys().next().value ?? '');
      seen.set(key, clock.monotonic());
    },
  };
}
