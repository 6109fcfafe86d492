import type { ProviderFactory } from '../../engine/ports';
import { OpenAiProvider } from './provider';

/** An OpenAI-compatible server, made from its settings. */
export const createOpenAiProvider: ProviderFactory['openAiCompatible'] = (settings) =>
  new OpenAiProvider(settings);
