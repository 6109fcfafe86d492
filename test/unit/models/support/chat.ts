import { ModelParameters } from '../../../../src/contract';
import type { ChatEvent, ChatRequest, ProviderSettings } from '../../../../src/engine/ports';

export const never = (): AbortSignal => new AbortController().signal;

export function settings(baseUrl: string, changes: Partial<ProviderSettings> = {}): ProviderSettings {
  return {
    id: 'house',
    baseUrl,
    key: null,
    place: { kind: 'this-machine', region: null },
    fetch,
    ...changes,
  };
}

export function ask(
  model: string,
  question = 'What is the capital of France?',
  changes: Partial<ChatRequest> = {},
): ChatRequest {
  return {
    model,
    messages: [{ role: 'user', content: question }],
    parameters: ModelParameters.parse({ temperature: 0, maxTokens: 24 }),
    signal: never(),
    ...changes,
  };
}

export interface Collected {
  text: string;
  readonly usage: ChatEvent[];
  /** The error that ended it. */
  error: unknown;
}

/** Reads an answer to its end, whatever that is. */
export async function collect(
  events: AsyncIterable<ChatEvent>,
  onText: (seen: number) => void = () => {},
): Promise<Collected> {
  const collected: Collected = { text: '', usage: [], error: null };
  let seen = 0;
  try {
    for await (const event of events) {
      if (event.type === 'usage') collected.usage.push(event);
      else {
        collected.text += event.text;
        seen += 1;
        onText(seen);
      }
    }
  } catch (error) {
    collected.error = error;
  }
  return collected;
}
