import { ConsoleError } from '../../../contract';

/** Counts what runs at once and refuses what is above a limit. */
export interface Concurrency {
  /**
   * @returns gives the place back; call it once
   * @throws ConsoleError TOO_BUSY
   */
  enter(limit: number): () => void;
  readonly running: number;
}

export function createConcurrency(): Concurrency {
  let running = 0;
  return {
    enter(limit) {
      if (running >= limit) throw new ConsoleError('TOO_BUSY', { retryAfterMs: 1000 });
      running += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        running -= 1;
      };
    },
    get running() {
      return running;
    },
  };
}
