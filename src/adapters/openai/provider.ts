import OpenAI from 'openai';
import { z } from 'zod';
import type { Model } from '../../contract';
import type { ChatEvent, ChatRequest, ModelProvider, ProviderSettings } from '../../engine/ports';
import { explain, NonsenseError } from './errors';
import { readPieces } from './pieces';

const MODELS_LISTED = 1_000;

const Listed = z.object({ id: z.string().min(1).max(300) });

type SamplingParameters = Pick<
  OpenAI.ChatCompletionCreateParamsStreaming,
  'temperature' | 'max_tokens' | 'max_completion_tokens' | 'top_p' | 'frequency_penalty' | 'presence_penalty'
>;

/** OpenAI, or any server that speaks its protocol, through the `openai` package. Nothing is tried twice here. */
export class OpenAiProvider implements ModelProvider {
  readonly #settings: ProviderSettings;
  readonly #client: OpenAI;

  constructor(settings: ProviderSettings) {
    this.#settings = settings;
    this.#client = new OpenAI({
      baseURL: settings.baseUrl,
      fetch: settings.fetch,
      // Servers of the house often have no key; then no header is sent at all.
      apiKey: settings.key ?? 'none',
      defaultHeaders: settings.key === null ? { Authorization: null } : {},
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: 15 * 60_000,
      logLevel: 'off',
    });
  }

  /** The protocol has no version; asking for the models proves that the server answers and takes the key. */
  async version(signal: AbortSignal): Promise<null> {
    await this.list(signal);
    return null;
  }

  async list(signal: AbortSignal): Promise<Model[]> {
    try {
      const models: Model[] = [];
      for await (const listed of this.#client.models.list({ signal })) {
        const parsed = Listed.safeParse(listed);
        if (!parsed.success) throw new NonsenseError('a model has no name');
        models.push(this.#describe(parsed.data.id));
        if (models.length >= MODELS_LISTED) break;
      }
      return models;
    } catch (error) {
      throw explain(error, signal, false);
    }
  }

  async *chat({
    model,
    messages,
    parameters,
    signal,
  }: ChatRequest): AsyncGenerator<ChatEvent, void, undefined> {
    const leaving = new AbortController();
    const either = AbortSignal.any([signal, leaving.signal]);
    let started = false;
    let finished = false;
    let counted = false;
    let atEnd = false;
    try {
      const response = await this.#client.chat.completions
        .create(
          {
            model,
            messages: messages.map(({ role, content }) => ({ role, content })),
            stream: true,
            stream_options: { include_usage: true },
            ...this.#parameters(parameters),
          },
          { signal: either },
        )
        .asResponse();
      for await (const pieces of readPieces(response, either)) {
        const choices = pieces.flatMap((piece) => piece.choices ?? []);
        const text = choices.map(({ delta }) => delta?.content ?? '').join('');
        finished ||= choices.some(({ finish_reason }) => Boolean(finish_reason));
        if (text !== '') {
          started = true;
          yield { type: 'text', text };
        }
        const usage = finished && !counted && pieces.find((piece) => piece.usage)?.usage;
        if (usage) {
          counted = true;
          yield { type: 'usage', inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens };
        }
      }
      atEnd = true;
      if (!either.aborted && !finished) throw new NonsenseError('the stream ended before it was finished');
      if (signal.aborted) throw signal.reason;
    } catch (error) {
      throw explain(error, signal, started);
    } finally {
      // A stream that was read to its end has nothing left to stop.
      if (!atEnd) leaving.abort();
    }
  }

  /** Only what differs from the protocol's defaults: not every server knows every parameter. */
  #parameters(parameters: ChatRequest['parameters']): SamplingParameters {
    const { temperature, maxTokens, topP, frequencyPenalty, presencePenalty } = parameters;
    // OpenAI renamed this one; servers that speak the protocol know the old name.
    const own = new URL(this.#settings.baseUrl).hostname.endsWith('.openai.com');
    return {
      temperature,
      ...(own ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
      ...(topP === 1 ? {} : { top_p: topP }),
      ...(frequencyPenalty === 0 ? {} : { frequency_penalty: frequencyPenalty }),
      ...(presencePenalty === 0 ? {} : { presence_penalty: presencePenalty }),
    };
  }

  #describe(name: string): Model {
    return {
      id: `${this.#settings.id}/${name}`,
      provider: this.#settings.id,
      name,
      kind: /embed/i.test(name) ? 'embedding' : 'chat',
      place: this.#settings.place,
      sizeBytes: null,
      parameters: null,
      quantization: null,
      contextTokens: null,
      digest: null,
      licence: null,
      price: null,
      starter: false,
    };
  }
}
