import type { ProviderFactory } from '../../engine/ports';
import { OllamaProvider } from './provider';

/** An Ollama server, made from its settings. */
export const createOllamaProvider: ProviderFactory['ollama'] = (settings) => new OllamaProvider(settings);
