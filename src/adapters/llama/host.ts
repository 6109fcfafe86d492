import { getLlama, type Llama, LlamaLogLevel } from 'node-llama-cpp';
import { ConsoleError } from '../../contract';
import type { GgufSummary } from '../../engine/ports';
import { answer } from './answer';
import { readGguf } from './gguf';
import { ModelPool } from './pool';
import type { ChatItem, ChatParams } from './protocol';
import { answersAtOnce } from './slots';
import { ThreadAdviser } from './threads';

const HEARTBEAT_MS = 3_000;

/** Where a stream of the host goes. */
interface Sink {
  push(item: ChatItem): void;
}

/** The host half of the embedded runtime: llama.cpp on the processor, nothing downloaded, nothing compiled. */
export class LlamaHost {
  readonly #adviser = new ThreadAdviser((threads) => {
    if (this.#running) this.#running.maxThreads = threads;
  });
  readonly #pool: ModelPool;
  #llama: Promise<Llama> | null = null;
  #running: Llama | null = null;

  constructor() {
    this.#pool = new ModelPool(() => this.#start(), {
      slots: answersAtOnce(),
      threads: { most: this.#adviser.cores, now: () => this.#adviser.threads() },
    });
  }

  /** @throws ConsoleError FILE_REFUSED */
  inspect({ file }: { file: string }): GgufSummary {
    return readGguf(file);
  }

  /** @throws ConsoleError MODEL_UNAVAILABLE, MODEL_FAILED, CANCELLED */
  async chat(request: ChatParams, sink: Sink, signal: AbortSignal): Promise<void> {
    // Before a model works, waiting is life; while it works, only progress is.
    let progress: () => number = () => performance.now();
    let seen = -1;
    const heartbeat = setInterval(() => {
      const now = progress();
      if (now !== seen) sink.push({ type: 'waiting' });
      seen = now;
    }, HEARTBEAT_MS);
    try {
      await this.#pool.with(request.file, request.owner, signal, async (borrowed) => {
        progress = () => borrowed.sequence.nextTokenIndex;
        const usage = await answer(borrowed, request, signal, (text) => sink.push({ type: 'text', text }));
        sink.push({ type: 'usage', ...usage });
      });
    } finally {
      clearInterval(heartbeat);
    }
  }

  #start(): Promise<Llama> {
    this.#llama ??= getLlama({
      gpu: false,
      build: 'never',
      skipDownload: true,
      usePrebuiltBinaries: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.error,
      // What llama.cpp says may quote the file; a code is enough for the engine.
      logger: () => {},
    }).then(
      (llama) => {
        this.#running = llama;
        return llama;
      },
      (error: unknown) => {
        this.#llama = null;
        throw new ConsoleError(
          'MODEL_UNAVAILABLE',
          { reason: 'The embedded runtime does not run on this machine.' },
          error,
        );
      },
    );
    return this.#llama;
  }
}
