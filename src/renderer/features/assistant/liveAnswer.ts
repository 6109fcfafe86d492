import type { AnswerEvent, Ask, Message, Place, Source } from '../../../contract';
import type { TenantApi } from '../../app/api';

type AssistantClient = TenantApi['client']['assistant'];
type Accepted = Extract<AnswerEvent, { type: 'accepted' }>;

/** An answer that is being made, as far as this window has heard of it. */
export interface Live {
  readonly phase: 'sending' | 'answering' | 'stopping' | 'failed';
  /** What was asked; `null` when the window joined an answer that ran already. */
  readonly asked: Ask | null;
  readonly askedAt: number;
  readonly accepted: Accepted | null;
  readonly sources: readonly Source[];
  readonly route: { readonly model: string; readonly place: Place } | null;
  /** Where the question stands in the line before the model; `null` while it does not wait. */
  readonly waiting: number | null;
  readonly text: string;
  readonly error: unknown;
}

/** What the owner of the answer does when something of note has happened. */
export interface LiveListener {
  accepted(event: Accepted, live: Live): void;
  finished(message: Message, live: Live): void;
  failed(live: Live): void;
}

const BEGINNING: Live = {
  phase: 'sending',
  asked: null,
  askedAt: 0,
  accepted: null,
  sources: [],
  route: null,
  waiting: null,
  text: '',
  error: null,
};

/**
 * Listens to one answer at a time. What streams in is shown once a frame, however fast it comes. To
 * leave an answer lets it run on; only `stop` ends it.
 */
export class LiveAnswer {
  #live: Live | null = null;
  #shown: Live | null = null;
  #frame = 0;
  #leave = new AbortController();
  #stopWanted = false;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly client: AssistantClient,
    private readonly listener: LiveListener,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What is on screen: at most one frame behind what was heard. */
  readonly snapshot = (): Live | null => this.#shown;

  /** What was heard up to this moment. */
  get current(): Live | null {
    return this.#live;
  }

  /** Asks a question and listens to its answer. */
  ask(asked: Ask): Promise<void> {
    return this.#listen({ ...BEGINNING, asked, askedAt: Date.now() }, (signal) =>
      this.client.ask(asked, { signal }),
    );
  }

  /** Joins an answer that runs already, from its beginning. */
  follow(answerId: string): Promise<void> {
    return this.#listen({ ...BEGINNING, askedAt: Date.now() }, (signal) =>
      this.client.follow({ answerId }, { signal }),
    );
  }

  /** Stops the answer; its end then comes as it always does. */
  async stop(): Promise<void> {
    const live = this.#live;
    if (!live || live.phase === 'failed') return;
    this.#stopWanted = true;
    this.#set({ ...live, phase: 'stopping' });
    if (live.accepted) await this.client.stop({ answerId: live.accepted.answerId });
  }

  /** Listens no longer and shows nothing. The answer runs on. */
  readonly leave = (): void => {
    this.#leave.abort();
    this.#show(null);
  };

  async #listen(
    beginning: Live,
    open: (signal: AbortSignal) => Promise<AsyncIterable<AnswerEvent>>,
  ): Promise<void> {
    this.#leave.abort();
    const leave = new AbortController();
    this.#leave = leave;
    this.#stopWanted = false;
    this.#show(beginning);
    try {
      for await (const event of await open(leave.signal)) {
        if (leave.signal.aborted) return;
        await this.#take(event);
      }
    } catch (error) {
      if (leave.signal.aborted || !this.#live) return;
      const failed: Live = { ...this.#live, phase: 'failed', error };
      this.#show(failed);
      this.listener.failed(failed);
    }
  }

  async #take(event: AnswerEvent): Promise<void> {
    const live = this.#live;
    if (!live) return;
    if (event.type === 'text') return this.#set({ ...live, text: live.text + event.text });
    if (event.type === 'sources') return this.#set({ ...live, sources: event.sources });
    if (event.type === 'route')
      return this.#set({ ...live, waiting: null, route: { model: event.model, place: event.place } });
    if (event.type === 'waiting') return this.#set({ ...live, waiting: event.position });
    if (event.type === 'finished') {
      this.listener.finished(event.message, live);
      return this.#show(null);
    }
    const accepted: Live = { ...live, phase: this.#stopWanted ? 'stopping' : 'answering', accepted: event };
    this.#show(accepted);
    this.listener.accepted(event, accepted);
    if (this.#stopWanted) await this.client.stop({ answerId: event.answerId });
  }

  /** Takes a new state, to be shown with the next frame. */
  #set(live: Live): void {
    this.#live = live;
    this.#frame ||= requestAnimationFrame(() => this.#show(this.#live));
  }

  /** Takes a new state and shows it at once. */
  #show(live: Live | null): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#live = live;
    if (this.#shown === live) return;
    this.#shown = live;
    for (const listener of this.#listeners) listener();
  }
}
