import type { z } from 'zod';
import { WINDOW } from './protocol';

/** The engine's end of a stream: holds at most WINDOW batches, and says when one was taken. */
export class StreamReceiver<T> {
  readonly #schema: z.ZodType<T>;
  readonly #taken: (sequence: number) => void;
  #batches: T[][] = [];
  #next = 0;
  #ended = false;
  #failure: unknown = null;
  #wake: (() => void) | null = null;

  constructor(schema: z.ZodType<T>, taken: (sequence: number) => void) {
    this.#schema = schema;
    this.#taken = taken;
  }

  /** Takes a batch from the host. Answers `false` when the host broke the rules of the stream. */
  accept(sequence: number, items: readonly unknown[]): boolean {
    if (this.#ended) return true;
    if (sequence !== this.#next || this.#batches.length >= WINDOW) return false;
    const batch: T[] = [];
    for (const item of items) {
      const parsed = this.#schema.safeParse(item);
      if (!parsed.success) return false;
      batch.push(parsed.data);
    }
    this.#next += 1;
    this.#batches.push(batch);
    this.#signal();
    return true;
  }

  /** The host has ended the stream, or (with a failure) it broke. The first call counts. */
  end(failure: unknown = null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    this.#signal();
  }

  /** The items in order; throws the failure after the items that came before it. */
  async *items(): AsyncGenerator<T, void, undefined> {
    let taken = 0;
    for (;;) {
      const batch = this.#batches.shift();
      if (batch) {
        this.#taken(taken);
        taken += 1;
        yield* batch;
      } else if (this.#ended) {
        if (this.#failure !== null) throw this.#failure;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #signal(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
