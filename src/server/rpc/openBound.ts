import { ConsoleError } from '../../contract';

const RETRY_AFTER_MS = 1_000;

/** How much tabs from one source have open at once. */
export interface OpenBound {
  /**
   * Counts one more.
   * @param source the address that it comes from
   * @returns what is called when it is open no more
   * @throws ConsoleError TOO_BUSY when the source has as many open as it may
   */
  take(source: string, tab: string): () => void;
  /** Counts what a tab has open no more: it is known from now on. */
  letGo(source: string, tab: string): void;
}

interface Taken {
  readonly tab: string;
}

/**
 * Bounds what those may hold open who have no session that it could be counted for.
 * @param most how many for each source
 * @param reason told to whoever wants one more
 */
export function createOpenBound(most: number, reason: string): OpenBound {
  const sources = new Map<string, Set<Taken>>();

  function giveBack(source: string, taken: Taken): void {
    const open = sources.get(source);
    open?.delete(taken);
    if (open?.size === 0) sources.delete(source);
  }

  return {
    take(source, tab) {
      const open = sources.get(source) ?? new Set();
      if (open.size >= most) throw new ConsoleError('TOO_BUSY', { reason, retryAfterMs: RETRY_AFTER_MS });
      const taken = { tab };
      sources.set(source, open.add(taken));
      return () => giveBack(source, taken);
    },
    letGo(source, tab) {
      for (const taken of sources.get(source) ?? []) if (taken.tab === tab) giveBack(source, taken);
    },
  };
}
