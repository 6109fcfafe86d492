import { ConsoleError } from '../../../contract';
import { kindOf } from './subjects';

/** Somebody whose queries at the same time are counted, and how many there may be. */
export interface PlaceSubject {
  readonly name: string;
  readonly limit: number;
}

/** Counts what runs at once and refuses what is above a limit. */
export interface Concurrency {
  /**
   * Takes a place of all the subjects, or of none.
   * @returns gives the places back; further calls do nothing
   * @throws ConsoleError TOO_BUSY naming the limit
   */
  enter(subjects: readonly PlaceSubject[]): () => void;
  /** How many places a subject has taken. */
  running(name: string): number;
  /** Everybody who has taken one. */
  names(): string[];
}

const RETRY_MS = 1000;

export function createConcurrency(): Concurrency {
  const running = new Map<string, number>();
  const of = (name: string) => running.get(name) ?? 0;

  function count(name: string, by: 1 | -1): void {
    const next = of(name) + by;
    if (next === 0) running.delete(name);
    else running.set(name, next);
  }

  return {
    enter(subjects) {
      const full = subjects.find(({ name, limit }) => of(name) >= limit);
      if (full) throw tooBusy(full);
      for (const { name } of subjects) count(name, 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        for (const { name } of subjects) count(name, -1);
      };
    },
    running: of,
    names: () => [...running.keys()],
  };
}

function tooBusy({ name, limit }: PlaceSubject): ConsoleError {
  const of = kindOf(name);
  return new ConsoleError('TOO_BUSY', {
    reason: `At most ${limit === 1 ? '1 query' : `${limit.toLocaleString('en')} queries`} at the same time for this ${of}.`,
    retryAfterMs: RETRY_MS,
    limit: { of, per: 'at-once', most: limit },
  });
}
