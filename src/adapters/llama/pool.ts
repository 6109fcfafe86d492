import { statSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { Llama, LlamaContext, LlamaContextSequence, LlamaModel } from 'node-llama-cpp';
import { ConsoleError } from '../../contract';

const MODELS_KEPT = 2;
const MEMORY_SHARE = 0.5;
const CONTEXT_TOKENS = 8_192;

interface OwnedContext {
  readonly owner: string;
  readonly context: LlamaContext;
  readonly sequence: LlamaContextSequence;
  busy: boolean;
}

interface LoadedModel {
  readonly file: string;
  readonly stamp: string;
  readonly bytes: number;
  readonly model: LlamaModel;
  contexts: OwnedContext[];
  usedAt: number;
}

export interface PoolOptions {
  /** How many answers are made at the same time. */
  readonly slots: number;
  readonly threads: { readonly most: number; now(): number };
}

export interface Borrowed {
  readonly model: LlamaModel;
  readonly sequence: LlamaContextSequence;
}

/**
 * The models that are in memory and their contexts. A context belongs to one owner for its whole life: what is
 * left of an owner is freed before anybody else is served.
 */
export class ModelPool {
  readonly #llama: () => Promise<Llama>;
  readonly #options: PoolOptions;
  readonly #models = new Map<string, LoadedModel>();
  readonly #queue: (() => void)[] = [];
  #running = 0;
  #uses = 0;
  #order: Promise<unknown> = Promise.resolve();

  constructor(llama: () => Promise<Llama>, options: PoolOptions) {
    this.#llama = llama;
    this.#options = options;
  }

  /**
   * Runs `use` with a context of the owner alone. Others wait their turn.
   * @throws ConsoleError MODEL_UNAVAILABLE (no file, no memory), MODEL_FAILED (cannot be loaded)
   */
  async with<R>(
    file: string,
    owner: string,
    signal: AbortSignal,
    use: (borrowed: Borrowed) => Promise<R>,
  ): Promise<R> {
    await this.#enter(signal);
    try {
      const { loaded, owned } = await this.#inOrder(() => this.#borrow(file, owner, signal));
      try {
        return await use({ model: loaded.model, sequence: owned.sequence });
      } finally {
        owned.busy = false;
      }
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    if (this.#running < this.#options.slots) {
      this.#running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#queue.splice(this.#queue.indexOf(go), 1);
        reject(new ConsoleError('CANCELLED'));
      };
      const go = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      signal.addEventListener('abort', onAbort);
      this.#queue.push(go);
    });
  }

  /** Hands the place to the next in the queue, or frees it. */
  #leave(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#running -= 1;
  }

  #inOrder<R>(step: () => Promise<R>): Promise<R> {
    const result = this.#order.then(step, step);
    this.#order = result.catch(() => {
      // Whoever asked for the step is told; the next one does not depend on it.
    });
    return result;
  }

  async #borrow(
    file: string,
    owner: string,
    signal: AbortSignal,
  ): Promise<{ loaded: LoadedModel; owned: OwnedContext }> {
    await this.#forgetOthers(owner);
    const loaded = await this.#load(file, signal);
    this.#uses += 1;
    loaded.usedAt = this.#uses;
    const present = loaded.contexts.find((owned) => !owned.busy && owned.owner === owner);
    if (present) {
      present.busy = true;
      return { loaded, owned: present };
    }
    const { llama } = loaded.model;
    const { most, now } = this.#options.threads;
    // A context never uses more threads than were allowed when it was made; how many it uses may change.
    llama.maxThreads = most;
    const context = await loaded.model.createContext({
      contextSize: { min: 256, max: CONTEXT_TOKENS },
      sequences: 1,
      threads: { ideal: most, min: 1 },
      createSignal: signal,
    });
    llama.maxThreads = now();
    const owned = { owner, context, sequence: context.getSequence(), busy: true };
    loaded.contexts.push(owned);
    return { loaded, owned };
  }

  /** Frees the memory of every context that belongs to somebody else and is not at work. */
  async #forgetOthers(owner: string): Promise<void> {
    for (const loaded of this.#models.values()) {
      const foreign = loaded.contexts.filter((owned) => !owned.busy && owned.owner !== owner);
      loaded.contexts = loaded.contexts.filter((owned) => !foreign.includes(owned));
      for (const owned of foreign) await owned.context.dispose();
    }
  }

  async #load(file: string, signal: AbortSignal): Promise<LoadedModel> {
    const { stamp, bytes } = describe(file);
    const present = this.#models.get(file);
    if (present && present.stamp === stamp) return present;
    if (present) await this.#unload(present);
    await this.#makeRoom(bytes);
    const llama = await this.#llama();
    try {
      const model = await llama.loadModel({ modelPath: file, gpuLayers: 0, loadSignal: signal });
      const loaded = { file, stamp, bytes, model, contexts: [], usedAt: 0 };
      this.#models.set(file, loaded);
      return loaded;
    } catch (error) {
      if (signal.aborted) throw new ConsoleError('CANCELLED');
      if (error instanceof Error && error.name === 'InsufficientMemoryError') {
        throw new ConsoleError('MODEL_UNAVAILABLE', {
          reason: 'There is not enough free memory for this model.',
        });
      }
      throw new ConsoleError('MODEL_FAILED', { reason: 'The runtime cannot load this model.' }, error);
    }
  }

  async #makeRoom(bytes: number): Promise<void> {
    const limit = totalmem() * MEMORY_SHARE;
    for (;;) {
      const held = [...this.#models.values()];
      const total = held.reduce((sum, loaded) => sum + loaded.bytes, bytes);
      if (held.length < MODELS_KEPT && total <= limit) return;
      const idle = held.filter((loaded) => loaded.contexts.every((owned) => !owned.busy));
      const oldest = idle.sort((a, b) => a.usedAt - b.usedAt)[0];
      if (!oldest) return;
      await this.#unload(oldest);
    }
  }

  async #unload(loaded: LoadedModel): Promise<void> {
    this.#models.delete(loaded.file);
    for (const owned of loaded.contexts) await owned.context.dispose();
    await loaded.model.dispose();
  }
}

function describe(file: string): { stamp: string; bytes: number } {
  try {
    const stat = statSync(file);
    if (stat.isFile()) return { stamp: `${stat.ino}:${stat.size}:${stat.mtimeMs}`, bytes: stat.size };
  } catch (error) {
    throw new ConsoleError('MODEL_UNAVAILABLE', { reason: 'The file of this model is not there.' }, error);
  }
  throw new ConsoleError('MODEL_UNAVAILABLE', { reason: 'The model is not an ordinary file.' });
}
