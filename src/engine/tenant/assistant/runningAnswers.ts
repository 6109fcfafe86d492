import type { AnswerEvent } from '../../../contract';

type Opening = Exclude<AnswerEvent, { type: 'text' | 'finished' | 'waiting' }>;
type Waiting = Extract<AnswerEvent, { type: 'waiting' }>;

/**
 * An answer that is being made. It goes on whether or not somebody looks, and any number of windows can
 * follow it from its beginning; a slow one gets larger pieces, so nothing piles up.
 */
export class RunningAnswer {
  readonly #openings: Opening[] = [];
  readonly #stop = new AbortController();
  #text = '';
  /** Where it stands now; where it stood before is nobody's interest. */
  #waiting: Waiting | null = null;
  #isTaken = false;
  #end: AnswerEvent | { problem: unknown } | null = null;
  #wake: (() => void)[] = [];
  readonly #ended = Promise.withResolvers<void>();

  constructor(
    readonly id: string,
    readonly ownerId: string,
    readonly conversationId: string,
  ) {}

  /** Aborts when somebody stops the answer. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /** Resolves when the answer is kept, or has failed. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get text(): string {
    return this.#text;
  }

  /** The question is on the disk: from now on whoever follows may see that it was accepted. */
  take(): void {
    this.#isTaken = true;
    this.#notify();
  }

  stop(): void {
    this.#stop.abort();
  }

  announce(event: Opening): void {
    if (event.type === 'route') this.#waiting = null;
    this.#openings.push(event);
    this.#notify();
  }

  /** It waits for its turn. */
  wait(event: Waiting): void {
    this.#waiting = event;
    this.#notify();
  }

  append(text: string): void {
    this.#text += text;
    this.#notify();
  }

  finish(event: Extract<AnswerEvent, { type: 'finished' }>): void {
    this.#end = event;
    this.#ended.resolve();
    this.#notify();
  }

  fail(problem: unknown): void {
    this.#end = { problem };
    this.#ended.resolve();
    this.#notify();
  }

  /** All events from the beginning; leaving early leaves the answer running. */
  async *follow(signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    let announced = 0;
    let shown = 0;
    let waited: Waiting | null = null;
    while (!signal.aborted) {
      if (!this.#isTaken) {
        if (this.#end && 'problem' in this.#end) throw this.#end.problem;
        await this.#change(signal);
        continue;
      }
      for (; announced < this.#openings.length; announced += 1) {
        const event = this.#openings[announced];
        if (event) yield event;
      }
      if (this.#waiting && waited !== this.#waiting) {
        waited = this.#waiting;
        yield waited;
        continue;
      }
      if (shown < this.#text.length) {
        const text = this.#text.slice(shown);
        shown = this.#text.length;
        yield { type: 'text', text };
        continue;
      }
      if (this.#end) {
        if ('problem' in this.#end) throw this.#end.problem;
        yield this.#end;
        return;
      }
      await this.#change(signal);
    }
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      this.#wake.push(done);
    });
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}
