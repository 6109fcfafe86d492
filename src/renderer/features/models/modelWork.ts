import type { ModelJob, ModelProgress } from '../../../contract';
import { installation } from '../../app/api';
import { problemOf } from '../../ui';

const client = installation.client.models;
const PIECE_TIMEOUT_MS = 120_000;

/** A pull or an import, begun by this window or found running. */
export interface Work {
  readonly key: number;
  readonly kind: ModelJob['kind'];
  readonly name: string;
  /** Found running: another window began it, or this one before it was reloaded. */
  readonly found: boolean;
  readonly stage: string;
  readonly completedBytes: number | null;
  readonly totalBytes: number | null;
  readonly state: 'running' | 'cancelling' | 'done' | 'cancelled' | 'failed';
  readonly error: unknown;
}

type Begun = Omit<Work, 'key' | 'state' | 'error'>;

const BEGUN = { found: false, stage: 'sending', completedBytes: null, totalBytes: null } as const;

export interface ImportRequest {
  readonly file: File;
  readonly provider: string;
  readonly name: string;
  readonly licence: string | null;
}

/**
 * The long pieces of work on models. They live as long as the window, not as long as a page, so that an
 * import goes on while somebody looks at something else.
 */
export class ModelWork {
  #work: readonly Work[] = [];
  readonly #listeners = new Set<() => void>();
  /** The ids of the jobs, also of those that ended: an older list may still hold them. */
  readonly #jobs = new Map<number, string>();
  #next = 1;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): readonly Work[] => this.#work;

  /** Lets an Ollama server pull a model, and follows it. */
  pull(provider: string, name: string): Promise<boolean> {
    const begun = { ...BEGUN, kind: 'pull', name, stage: 'asking the server' } as const;
    return this.#run(begun, async (key) => {
      const { job } = await client.pull({ provider, name });
      await this.#follow(key, job);
    });
  }

  /** Sends a GGUF file piece by piece, then follows how it is checked and taken into use. */
  import({ file, provider, name, licence }: ImportRequest): Promise<boolean> {
    const begun = { ...BEGUN, kind: 'import', name, completedBytes: 0, totalBytes: file.size } as const;
    return this.#run(begun, async (key) => {
      const { job, chunkBytes } = await client.beginImport({ provider, name, sizeBytes: file.size, licence });
      this.#jobs.set(key, job);
      for (let offset = 0; offset < file.size; ) {
        if (this.#isCancelled(key)) return void (await client.cancel({ job }));
        const piece = file.slice(offset, offset + chunkBytes);
        const { receivedBytes } = await client.appendImport(
          { job, offset, bytes: new File([piece], 'piece') },
          { context: { timeoutMs: PIECE_TIMEOUT_MS } },
        );
        offset = receivedBytes;
        this.#change(key, { stage: 'sending', completedBytes: offset });
      }
      await client.finishImport({ job });
      await this.#follow(key, job);
    });
  }

  /** Follows those of the running jobs that are not known here yet. @returns whether one came to its end */
  async adopt(jobs: readonly ModelJob[]): Promise<boolean> {
    // A job whose id is still on its way here may stand in the list already: it is looked at next time.
    if (this.#work.some(({ key, state }) => state === 'running' && !this.#jobs.has(key))) return false;
    const known = new Set(this.#jobs.values());
    const strange = jobs.filter(({ id }) => !known.has(id));
    const ends = strange.map(({ id, kind, name, progress }) =>
      this.#run({ kind, name, found: true, ...progress }, (key) => this.#follow(key, id)),
    );
    return (await Promise.all(ends)).includes(true);
  }

  /** Cancels a piece of work; what had arrived is discarded. */
  async cancel(key: number): Promise<void> {
    this.#change(key, { state: 'cancelling' });
    const job = this.#jobs.get(key);
    if (job) await client.cancel({ job }).catch(() => undefined);
  }

  /** Takes a finished piece of work off the list. */
  dismiss(key: number): void {
    this.#work = this.#work.filter((each) => each.key !== key);
    this.#notify();
  }

  async #run(begun: Begun, act: (key: number) => Promise<void>): Promise<boolean> {
    const key = this.#next++;
    const { kind, name, found, stage, completedBytes, totalBytes } = begun;
    const work = { key, kind, name, found, stage, completedBytes, totalBytes };
    this.#work = [...this.#work, { ...work, state: 'running', error: null }];
    this.#notify();
    try {
      await act(key);
      this.#change(key, { state: this.#isCancelled(key) ? 'cancelled' : 'done' });
    } catch (error) {
      const cancelled = this.#isCancelled(key) || problemOf(error).code === 'CANCELLED';
      this.#change(key, cancelled ? { state: 'cancelled' } : { state: 'failed', error });
    }
    return this.#work.find((each) => each.key === key)?.state === 'done';
  }

  async #follow(key: number, job: string): Promise<void> {
    this.#jobs.set(key, job);
    if (this.#isCancelled(key)) return void (await client.cancel({ job }));
    for await (const progress of await client.progress({ job })) this.#take(key, progress);
  }

  #take(key: number, { stage, completedBytes, totalBytes }: ModelProgress): void {
    this.#change(key, { stage, completedBytes, totalBytes });
  }

  #isCancelled(key: number): boolean {
    return this.#work.find((each) => each.key === key)?.state === 'cancelling';
  }

  #change(key: number, part: Partial<Work>): void {
    this.#work = this.#work.map((each) => (each.key === key ? { ...each, ...part } : each));
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The work of this window. */
export const modelWork = new ModelWork();
