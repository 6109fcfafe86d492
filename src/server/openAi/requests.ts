import { z } from 'zod';
import { type Ask, ConsoleError } from '../../contract';

/** A text, or parts of which each is a text. */
const Content = z.union([
  z.string(),
  z
    .array(z.object({ type: z.literal('text'), text: z.string() }))
    .transform((parts) => parts.map(({ text }) => text).join('')),
]);

const ChatMessage = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: Content,
});

/** What is understood of a request for a completion. What would change the answer and is not understood is refused. */
const ChatRequest = z.object({
  model: z.string().min(1),
  messages: z.array(ChatMessage).min(1).max(500),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  max_tokens: z.number().nullish(),
  max_completion_tokens: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
  n: z.literal(1, { error: 'only one answer is given at a time' }).nullish(),
  tools: z.array(z.unknown()).max(0, 'tools are not supported').nullish(),
  functions: z.array(z.unknown()).max(0, 'functions are not supported').nullish(),
  logprobs: z.literal(false, { error: 'log probabilities are not supported' }).nullish(),
  response_format: z.object({ type: z.literal('text', { error: 'only text is supported' }) }).nullish(),
});

/** A completion as it was asked for. */
export interface Completion {
  readonly ask: Ask;
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/** The name under which a client asks for whatever the tenant has chosen. */
export const DEFAULT_MODEL = 'default';

/**
 * Reads a request of OpenAI's chat completions.
 * @throws ConsoleError BAD_INPUT naming the field that is not as it must be
 */
export function readCompletion(body: unknown): Completion {
  const parsed = ChatRequest.safeParse(body);
  if (!parsed.success) {
    const fields = parsed.error.issues
      .slice(0, 20)
      .map(({ path, message }) => ({ path: path.join('.'), problem: message }));
    throw new ConsoleError('BAD_INPUT', { fields });
  }
  const { model, messages, stream, stream_options: streamOptions } = parsed.data;
  const spoken = messages.filter(({ role }) => role === 'user' || role === 'assistant');
  const question = spoken.pop();
  if (question?.role !== 'user') {
    throw new ConsoleError('BAD_INPUT', {
      fields: [{ path: 'messages', problem: 'the last one must be of the user' }],
    });
  }
  return {
    model,
    stream: stream ?? false,
    includeUsage: streamOptions?.include_usage ?? false,
    ask: {
      content: question.content,
      options: {
        ...(model !== DEFAULT_MODEL && { modelOverride: model }),
        customInstructions: messages.filter(isInstruction).map(({ content }) => content),
        history: spoken.map(({ role, content }) => ({
          role: role === 'user' ? 'question' : 'answer',
          text: content,
        })),
        parameters: parametersOf(parsed.data),
        useKnowledge: true,
      },
    },
  };
}

function isInstruction({ role }: z.infer<typeof ChatMessage>): boolean {
  return role === 'system' || role === 'developer';
}

function parametersOf(request: z.infer<typeof ChatRequest>) {
  const maxTokens = request.max_completion_tokens ?? request.max_tokens;
  return {
    ...(request.temperature != null && { temperature: request.temperature }),
    ...(request.top_p != null && { topP: request.top_p }),
    ...(maxTokens != null && { maxTokens }),
    ...(request.frequency_penalty != null && { frequencyPenalty: request.frequency_penalty }),
    ...(request.presence_penalty != null && { presencePenalty: request.presence_penalty }),
  };
}
