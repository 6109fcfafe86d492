import type { ProviderFactory, ProviderSettings } from '../../engine/ports';
import { OpenAiProvider } from './provider';

interface Made {
  readonly settings: ProviderSettings;
  readonly provider: OpenAiProvider;
}

/** The last provider over each way to the network: a client is made once and not for every question. */
const made = new WeakMap<typeof fetch, Made>();

/** An OpenAI-compatible server, made from its settings. */
export const createOpenAiProvider: ProviderFactory['openAiCompatible'] = (settings) => {
  const known = made.get(settings.fetch);
  if (known && isSame(known.settings, settings)) return known.provider;
  const provider = new OpenAiProvider(settings);
  made.set(settings.fetch, { settings, provider });
  return provider;
};

function isSame(left: ProviderSettings, right: ProviderSettings): boolean {
  return (
    left.id === right.id &&
    left.baseUrl === right.baseUrl &&
    left.key === right.key &&
    left.place.kind === right.place.kind &&
    left.place.region === right.place.region
  );
}
