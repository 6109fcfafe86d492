import { ConsoleError, type Model, type ModelProgress } from '../../contract';
import type { ChatEvent, ChatRequest, ModelStoreProvider, ProviderSettings } from '../../engine/ports';
import { describeModel, isRemote, licenceText } from './describe';
import { explain, NonsenseError, ServerError } from './errors';
import { importGguf } from './importing';
import { ChatLine, Embedded, ProgressLine, Shown, type Tag, Tags, Version } from './schemas';
import { clientFor, strictFetch } from './transport';

/** What a conversation may have at most; the server lessens it to what the model was made for. */
const CONTEXT_TOKENS = 8_192;
const SHOWN_AT_ONCE = 4;
const EMBED_AT_ONCE = 16;

/**
 * An Ollama server over its own API, through the `ollama` package.
 *
 * A server on this machine is no proof that a model runs here: before anything of a conversation is sent to a model
 * that counts as local, the server is asked whether it only passes it on.
 */
export class OllamaProvider implements ModelStoreProvider {
  readonly #settings: ProviderSettings;

  constructor(settings: ProviderSettings) {
    this.#settings = settings;
  }

  async version(signal: AbortSignal): Promise<string | null> {
    return this.#once(signal, async () => {
      const url = `${this.#settings.baseUrl.replace(/\/$/, '')}/api/version`;
      const response = await strictFetch(this.#settings, signal)(url);
      return read(Version, await response.json()).version;
    });
  }

  async list(signal: AbortSignal): Promise<Model[]> {
    return this.#once(signal, async () => {
      const tags = await this.#tags(signal);
      const models: Model[] = [];
      for (let start = 0; start < tags.length; start += SHOWN_AT_ONCE) {
        const some = tags.slice(start, start + SHOWN_AT_ONCE);
        const described = await Promise.all(some.map((tag) => this.#describe(tag, signal)));
        models.push(...described.filter((model) => model !== null));
      }
      return models;
    });
  }

  async show(
    name: string,
    signal: AbortSignal,
  ): Promise<{ model: Model; licenceText: string | null; template: string | null }> {
    return this.#once(signal, async () => {
      const tag = await this.#require(name, signal);
      const shown = await this.#shown(tag.name, signal);
      const model = describeModel(this.#settings.id, this.#settings.place, tag, shown);
      return { model, licenceText: licenceText(shown), template: shown.template || null };
    });
  }

  async *chat({
    model,
    messages,
    parameters,
    signal,
  }: ChatRequest): AsyncGenerator<ChatEvent, void, undefined> {
    const leaving = new AbortController();
    const either = AbortSignal.any([signal, leaving.signal]);
    let stage: 'before' | 'during' = 'before';
    try {
      await this.#mustRunHere(model, either);
      const request = {
        model,
        messages: messages.map(({ role, content }) => ({ role, content })),
        stream: true as const,
        // What does not fit is an error to be told, not words to be dropped in silence.
        truncate: false,
        shift: false,
        options: {
          temperature: parameters.temperature,
          num_predict: parameters.maxTokens,
          top_p: parameters.topP,
          frequency_penalty: parameters.frequencyPenalty,
          presence_penalty: parameters.presencePenalty,
          num_ctx: CONTEXT_TOKENS,
        },
      };
      for await (const raw of await clientFor(this.#settings, either).chat(request)) {
        stage = 'during';
        const line = read(ChatLine, raw);
        const text = line.message?.content ?? '';
        if (text !== '') yield { type: 'text', text };
        if (line.done && line.prompt_eval_count !== undefined && line.eval_count !== undefined) {
          yield { type: 'usage', inputTokens: line.prompt_eval_count, outputTokens: line.eval_count };
        }
      }
    } catch (error) {
      throw explain(error, signal, stage);
    } finally {
      // Closing the connection is what stops the server's work.
      leaving.abort();
    }
  }

  /**
   * @returns vectors of unit length, one for each text
   * @throws ConsoleError as `chat`
   */
  async embed(model: string, texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    return this.#once(signal, async () => {
      await this.#mustRunHere(model, signal);
      const client = clientFor(this.#settings, signal);
      const vectors: Float32Array[] = [];
      for (let start = 0; start < texts.length; start += EMBED_AT_ONCE) {
        const input = texts.slice(start, start + EMBED_AT_ONCE);
        const { embeddings } = read(Embedded, await client.embed({ model, input }));
        if (embeddings.length !== input.length) throw new NonsenseError('so many vectors were not asked for');
        vectors.push(...embeddings.map(unitVector));
      }
      return vectors;
    });
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    await this.#once(signal, () => clientFor(this.#settings, signal).delete({ model: name }));
  }

  async *importFile(
    name: string,
    file: string,
    signal: AbortSignal,
  ): AsyncGenerator<ModelProgress, void, undefined> {
    try {
      yield* importGguf(this.#settings, name, file, signal);
      yield this.#done(name);
    } catch (error) {
      throw explain(error, signal, 'during', true);
    }
  }

  async *pull(name: string, signal: AbortSignal): AsyncGenerator<ModelProgress, void, undefined> {
    const leaving = new AbortController();
    const either = AbortSignal.any([signal, leaving.signal]);
    const layers = new Map<string, { total: number; completed: number }>();
    try {
      for await (const raw of await clientFor(this.#settings, either).pull({ model: name, stream: true })) {
        const { status, digest, total, completed } = read(ProgressLine, raw);
        if (digest && total !== undefined) layers.set(digest, { total, completed: completed ?? 0 });
        const sum = (of: 'total' | 'completed') =>
          [...layers.values()].reduce((all, layer) => all + layer[of], 0);
        yield {
          stage: status,
          completedBytes: layers.size > 0 ? sum('completed') : null,
          totalBytes: layers.size > 0 ? sum('total') : null,
          done: false,
          model: null,
        };
      }
      yield this.#done(name);
    } catch (error) {
      throw explain(error, signal, 'before', true);
    } finally {
      leaving.abort();
    }
  }

  #done(name: string): ModelProgress {
    const model = `${this.#settings.id}/${withTag(name)}`;
    return { stage: 'done', completedBytes: null, totalBytes: null, done: true, model };
  }

  /** @throws ConsoleError RESIDENCY_REFUSED when the server only passes on what it is asked */
  async #mustRunHere(name: string, signal: AbortSignal): Promise<void> {
    if (this.#settings.place.kind === 'cloud') return;
    const tag = await this.#require(name, signal);
    if (!isRemote(tag, tag.name)) return;
    throw new ConsoleError('RESIDENCY_REFUSED', {
      reason: 'Ollama does not run this model itself but passes it on.',
    });
  }

  async #require(name: string, signal: AbortSignal): Promise<Tag> {
    const tags = await this.#tags(signal);
    const tag = tags.find((candidate) => candidate.name === name || candidate.name === withTag(name));
    if (!tag) throw new ServerError(404, '');
    return tag;
  }

  async #tags(signal: AbortSignal): Promise<Tag[]> {
    return read(Tags, await clientFor(this.#settings, signal).list()).models ?? [];
  }

  async #shown(name: string, signal: AbortSignal): Promise<Shown> {
    return read(Shown, await clientFor(this.#settings, signal).show({ model: name }));
  }

  /** `null` when the model was deleted while the list was made. */
  async #describe(tag: Tag, signal: AbortSignal): Promise<Model | null> {
    try {
      const shown = await this.#shown(tag.name, signal);
      return describeModel(this.#settings.id, this.#settings.place, tag, shown);
    } catch (error) {
      if (error instanceof ServerError && error.status === 404) return null;
      throw error;
    }
  }

  async #once<R>(signal: AbortSignal, run: () => Promise<R>): Promise<R> {
    try {
      return await run();
    } catch (error) {
      throw explain(error, signal, 'before');
    }
  }
}

/** Ollama's own rule: a name without a tag is the newest. */
function withTag(name: string): string {
  return /:[^/]+$/.test(name) ? name : `${name}:latest`;
}

function read<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  value: unknown,
): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new NonsenseError('an answer is not what it must be');
  return parsed.data;
}

function unitVector(values: readonly number[]): Float32Array {
  const vector = Float32Array.from(values);
  const length = Math.hypot(...values);
  if (!(length > 0) || !Number.isFinite(length)) throw new NonsenseError('a vector has no direction');
  return vector.map((value) => value / length);
}
