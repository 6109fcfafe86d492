import type { ChatEvent, ChatRequest, EmbeddedRuntime, GgufSummary } from '../../engine/ports';
import { ChatItem, Summary } from './protocol';
import { answersAtOnce } from './slots';

/** The part of a link to a host that the runtime uses. */
export interface ModelHostLink {
  call(
    method: string,
    params: unknown,
    schema: typeof Summary,
    options: { signal: AbortSignal; timeoutMs: number },
  ): Promise<GgufSummary>;
  stream(
    method: string,
    params: unknown,
    schema: typeof ChatItem,
    options: { signal: AbortSignal; timeoutMs: number },
  ): AsyncIterable<ChatItem>;
}

export interface LlamaRuntimeOptions {
  readonly link: ModelHostLink;
  /** Whether the model host runs without network, home and keys. */
  readonly confined: boolean;
  /** Milliseconds without a sign of progress until the host counts as hung. Default 60,000. */
  readonly silenceMs?: number;
  /** Milliseconds that reading a header may take. Default 30,000. */
  readonly inspectMs?: number;
}

/** The engine half of the embedded runtime: everything happens in the model host. */
export class LlamaRuntime implements EmbeddedRuntime {
  readonly confined: boolean;
  readonly atOnce = answersAtOnce();
  readonly #link: ModelHostLink;
  readonly #silenceMs: number;
  readonly #inspectMs: number;

  constructor(options: LlamaRuntimeOptions) {
    this.confined = options.confined;
    this.#link = options.link;
    this.#silenceMs = options.silenceMs ?? 60_000;
    this.#inspectMs = options.inspectMs ?? 30_000;
  }

  inspect(file: string, signal: AbortSignal): Promise<GgufSummary> {
    return this.#link.call('inspect', { file }, Summary, { signal, timeoutMs: this.#inspectMs });
  }

  async *chat(file: string, owner: string, request: ChatRequest): AsyncGenerator<ChatEvent, void, undefined> {
    const { messages, parameters, signal } = request;
    const items = this.#link.stream('chat', { file, owner, messages, parameters }, ChatItem, {
      signal,
      timeoutMs: this.#silenceMs,
    });
    for await (const item of items) if (item.type !== 'waiting') yield item;
  }
}
