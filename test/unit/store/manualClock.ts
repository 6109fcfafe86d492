import type { Clock } from '../../../src/engine/ports';

/** A clock whose time goes on when it is told to. */
export class ManualClock implements Clock {
  #now = 1_763_954_718_000;
  #held: (() => void)[] | null = null;
  #timers: { readonly every: number; due: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  /** From now on a wait ends when it is told to. */
  holdWaits(): void {
    this.#held = [];
  }

  /** How many waits are held. */
  get waiting(): number {
    return this.#held?.length ?? 0;
  }

  endWaits(): void {
    for (const end of this.#held?.splice(0) ?? []) end();
  }

  wait(): Promise<void> {
    if (this.#held) return new Promise((resolve) => this.#held?.push(resolve));
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
