import {
  type ChatHistoryItem,
  type ChatWrapper,
  JinjaTemplateChatWrapper,
  LlamaChat,
  type LlamaModel,
  resolveChatWrapper,
} from 'node-llama-cpp';
import { ConsoleError } from '../../contract';
import type { Borrowed } from './pool';
import type { ChatParams } from './protocol';

/** Tokens of a context that stay free for the answer at least. */
const ROOM_FOR_ANSWER = 16;

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * Answers with the model's own chat template.
 * @param onText called with each piece of text as it is made
 * @returns tokens as the runtime counts them; also after an abort, with what was made until then
 * @throws ConsoleError MODEL_FAILED when the conversation does not fit the context
 */
export async function answer(
  { model, sequence }: Borrowed,
  request: ChatParams,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<Usage> {
  const chat = new LlamaChat({ contextSequence: sequence, chatWrapper: templateOf(model) });
  try {
    const history = request.messages.map(toHistoryItem);
    const { contextText } = chat.chatWrapper.generateContextState({
      chatHistory: [...history, { type: 'model', response: [] }],
    });
    const inputTokens = contextText.tokenize(model.tokenizer).length;
    const room = sequence.contextSize - inputTokens;
    if (room < ROOM_FOR_ANSWER) {
      throw new ConsoleError('MODEL_FAILED', {
        reason: `The conversation has ${inputTokens} tokens; this model takes ${sequence.contextSize} with its answer.`,
      });
    }
    const before = sequence.tokenMeter.getState();
    const { temperature, topP, frequencyPenalty, presencePenalty, maxTokens } = request.parameters;
    await chat.generateResponse(history, {
      signal,
      stopOnAbortSignal: true,
      onTextChunk: onText,
      // One token less than there is room for, so that the runtime never has to drop what was said before.
      maxTokens: Math.min(maxTokens, room - 1),
      temperature,
      topP,
      repeatPenalty: { penalty: 1, frequencyPenalty, presencePenalty },
    });
    return { inputTokens, outputTokens: sequence.tokenMeter.diff(before).usedOutputTokens };
  } finally {
    chat.dispose({ disposeSequence: false });
  }
}

/**
 * The model's own template, to the letter. The runtime's built-in ones are a fallback only: for a model like
 * SmolLM2, whose first token of a text is its mark of a message, they write that mark twice, and it answers in
 * the wrong language.
 */
function templateOf(model: LlamaModel): ChatWrapper {
  const template = model.fileInfo.metadata.tokenizer?.chat_template;
  if (typeof template === 'string' && template.trim() !== '') {
    try {
      return new JinjaTemplateChatWrapper({ template, tokenizer: model.tokenizer });
    } catch {
      // A template that the Jinja engine cannot read: the runtime knows the common ones by their looks.
    }
  }
  return resolveChatWrapper(model);
}

function toHistoryItem({ role, content }: ChatParams['messages'][number]): ChatHistoryItem {
  if (role === 'assistant') return { type: 'model', response: [content] };
  return { type: role, text: content };
}
