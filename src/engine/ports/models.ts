import type { Model, ModelParameters, ModelProgress } from '../../contract';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatRequest {
  /** The model's name at its provider. */
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly parameters: ModelParameters;
  readonly signal: AbortSignal;
}

/** What comes from a model. `usage` comes once, before the end, when the provider reports it. */
export type ChatEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'usage'; readonly inputTokens: number; readonly outputTokens: number };

/**
 * A provider of models over its real protocol.
 *
 * Throws ConsoleError: `MODEL_UNAVAILABLE` (not reachable, model missing), `MODEL_FAILED` (error or nonsense
 * in the middle), `MODEL_REFUSED` (key or account), `EGRESS_REFUSED`/`RESIDENCY_REFUSED` as the given `fetch`
 * threw them, `CANCELLED` when the signal was aborted, `HOST_RESTARTING` when a host of ours died.
 */
export interface ModelProvider {
  /** The version of the server, where it says so. */
  version(signal: AbortSignal): Promise<string | null>;
  list(signal: AbortSignal): Promise<Model[]>;
  /** Streams an answer. Leaving the iteration, or aborting the signal, stops the provider's work. */
  chat(request: ChatRequest): AsyncIterable<ChatEvent>;
}

/** A provider that holds models and lets them be managed (Ollama, the embedded runtime). */
export interface ModelStoreProvider extends ModelProvider {
  show(
    name: string,
    signal: AbortSignal,
  ): Promise<{ model: Model; licenceText: string | null; template: string | null }>;
  remove(name: string, signal: AbortSignal): Promise<void>;
  /**
   * Takes a GGUF file into use under a name.
   * @param file absolute path of a file that was checked before
   */
  importFile(name: string, file: string, signal: AbortSignal): AsyncIterable<ModelProgress>;
  /** Lets the server fetch a model. Absent where that is not possible. */
  pull?(name: string, signal: AbortSignal): AsyncIterable<ModelProgress>;
}

/** What a provider is made of. `fetch` comes from the egress broker and from nowhere else. */
export interface ProviderSettings {
  readonly id: string;
  readonly baseUrl: string;
  readonly key: string | null;
  readonly place: Model['place'];
  readonly fetch: typeof fetch;
}

export interface ProviderFactory {
  ollama(settings: ProviderSettings): ModelStoreProvider & {
    embed(model: string, texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>;
  };
  openAiCompatible(settings: ProviderSettings): ModelProvider;
}

/** What a GGUF file says about itself, read without trusting it. */
export interface GgufSummary {
  readonly architecture: string;
  readonly name: string | null;
  readonly parameters: string | null;
  readonly quantization: string | null;
  readonly contextTokens: number | null;
  readonly licence: string | null;
  readonly tensors: number;
}

/** The embedded runtime in the model host, a process without keys. */
export interface EmbeddedRuntime {
  /** @throws ConsoleError FILE_REFUSED with the reason when it is not a sound GGUF */
  inspect(file: string, signal: AbortSignal): Promise<GgufSummary>;
  /**
   * Streams an answer of a GGUF model; the context is erased before another owner's request.
   * @param owner an opaque name of the tenant
   */
  chat(file: string, owner: string, request: ChatRequest): AsyncIterable<ChatEvent>;
  readonly confined: boolean;
  /** How many answers it makes at the same time. */
  readonly atOnce: number;
}

/** Turns text into vectors of unit length with the embedding model that comes with the console. */
export interface Embedder {
  readonly dimensions: number;
  /** Whether the embedding model is installed. */
  available(): Promise<boolean>;
  embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>;
}
