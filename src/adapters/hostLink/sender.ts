import { WINDOW } from './protocol';

const BATCH_ITEMS = 256;

/** Joins two neighbouring items into one, or answers `null` when they must stay apart. */
export type Merge<T> = (earlier: T, later: T) => T | null;

/**
 * The host's end of a stream. Items wait here, merged where possible, while WINDOW batches are unconfirmed:
 * a slow reader makes the batches larger, not more.
 */
export class StreamSender<T> {
  readonly #send: (sequence: number, items: readonly T[]) => Promise<void>;
  readonly #merge: Merge<T>;
  #waiting: T[] = [];
  #sent = 0;
  #confirmed = 0;
  #idle: (() => void)[] = [];
  #closed = false;

  constructor(send: (sequence: number, items: readonly T[]) => Promise<void>, merge: Merge<T>) {
    this.#send = send;
    this.#merge = merge;
  }

  /** Takes an item. Never blocks; what cannot leave yet is merged with what waits. */
  push(item: T): void {
    if (this.#closed) return;
    const last = this.#waiting.at(-1);
    const merged = last === undefined ? null : this.#merge(last, item);
    if (merged === null) this.#waiting.push(item);
    else this.#waiting[this.#waiting.length - 1] = merged;
    this.#flush();
  }

  /** The reader has taken all batches up to this one. */
  confirm(sequence: number): void {
    if (sequence >= this.#sent) return;
    this.#confirmed = Math.max(this.#confirmed, sequence + 1);
    this.#flush();
  }

  /** Resolves when nothing waits any more, so that a producer can go on. */
  async drained(): Promise<void> {
    if (this.#waiting.length === 0 || this.#closed) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Drops what waits and lets everybody go on. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#release();
  }

  #flush(): void {
    while (this.#waiting.length > 0 && this.#sent - this.#confirmed < WINDOW) {
      const batch = this.#waiting.splice(0, BATCH_ITEMS);
      this.#send(this.#sent, batch).catch(() => this.close());
      this.#sent += 1;
    }
    if (this.#waiting.length === 0) this.#release();
  }

  #release(): void {
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}
