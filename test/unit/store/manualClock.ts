import type { Clock } from '../../../src/engine/ports';

/** A clock whose time goes on when it is told to. */
export class ManualClock implements Clock {
  #now = 1_763_954_718_000;
  #timers: { readonly every: number; due: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  wait(): Promise<void> {
    return Promise.reject(new Error('nobody waits in these tests'));
  }

  every(milliseconds: number, callback: () => void): () => void {
    const timer = { every: milliseconds, due: this.#now + milliseconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** How many timers run. */
  get timers(): number {
    return this.#timers.length;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of this.#timers) {
      while (timer.due <= this.#now) {
        timer.due += timer.every;
        timer.callback();
      }
    }
  }
}
