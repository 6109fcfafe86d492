import type { Clock } from '../../../src/engine/ports';

interface Timer {
  at: number;
  readonly every: number | null;
  readonly ring: () => void;
}

/** A clock that stands until it is moved. Wall-clock time can be set, monotonic time only goes on. */
export class TestClock implements Clock {
  #now: number;
  #monotonic = 1_000;
  #timers: Timer[] = [];

  constructor(now = Date.UTC(2026, 2, 10, 12)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = { at: this.#monotonic + milliseconds, every: null, ring: resolve };
      this.#timers.push(timer);
      signal?.addEventListener('abort', () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(signal.reason);
      });
    });
  }

  every(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#monotonic + milliseconds, every: milliseconds, ring: callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time pass; what is due rings. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
    this.#monotonic += milliseconds;
    const due = this.#timers.filter(({ at }) => at <= this.#monotonic);
    this.#timers = this.#timers.filter((timer) => timer.every !== null || !due.includes(timer));
    for (const timer of due) {
      if (timer.every !== null) timer.at = this.#monotonic + timer.every;
      timer.ring();
    }
  }

  /** Sets the wall clock, as a person or NTP does. */
  set(now: number): void {
    this.#now = now;
  }
}
