import { getLlama, JinjaTemplateChatWrapper, LlamaChat } from 'node-llama-cpp';
import { ThreadAdviser } from '../../../src/adapters/llama/threads';
import { QUESTION } from '../support/question';
import { serve } from '../support/remote';

/* The same runtime, called directly in the process that wants the answer. */

/** What an answer of a model took. */
export interface Tokens {
  readonly tokens: number;
  readonly firstMs: number;
  readonly totalMs: number;
}

let ask: ((tokens: number) => Promise<Tokens>) | null = null;

const commands = {
  async prepare(file: string): Promise<void> {
    const llama = await getLlama({
      gpu: false,
      build: 'never',
      skipDownload: true,
      logLevel: 'error' as never,
    });
    const model = await llama.loadModel({ modelPath: file });
    // As many threads as the console would take: on a core that is busy, one too many costs a hundredfold.
    const adviser = new ThreadAdviser((threads) => {
      llama.maxThreads = threads;
    });
    llama.maxThreads = adviser.cores;
    const context = await model.createContext({
      contextSize: 2_048,
      threads: { ideal: adviser.cores, min: 1 },
    });
    llama.maxThreads = adviser.threads();
    const sequence = context.getSequence();
    const template = model.fileInfo.metadata.tokenizer?.chat_template;
    if (typeof template !== 'string') throw new Error('the model has no template');
    ask = async (maxTokens) => {
      const chatWrapper = new JinjaTemplateChatWrapper({ template, tokenizer: model.tokenizer });
      const chat = new LlamaChat({ contextSequence: sequence, chatWrapper });
      const before = sequence.tokenMeter.getState();
      const begun = performance.now();
      let first = 0;
      await chat.generateResponse(
        [
          {
            type: 'system',
            text: 'You are the assistant of an organisation. Answer briefly and to the point.',
          },
          { type: 'user', text: QUESTION },
        ],
        {
          maxTokens,
          temperature: 0,
          onTextChunk: () => {
            if (first === 0) first = performance.now();
          },
        },
      );
      const totalMs = performance.now() - begun;
      const tokens = sequence.tokenMeter.diff(before).usedOutputTokens;
      chat.dispose({ disposeSequence: false });
      return { tokens, firstMs: first - begun, totalMs };
    };
  },

  async ask(tokens: number): Promise<Tokens> {
    if (!ask) throw new Error('it is not prepared');
    return ask(tokens);
  },
};

export type TokensDirectCommands = typeof commands;

serve(commands);
