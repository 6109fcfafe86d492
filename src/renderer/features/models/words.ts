import {
  EXTRACTIVE_MODEL,
  type Model,
  type Price,
  type Provider,
  type ProviderKind,
} from '../../../contract';
import type { StatusTone } from '../../ui';
import { format } from '../../ui';

/** The console’s own runtime among the providers. */
export const EMBEDDED = 'embedded';

export const PROVIDER_KINDS: Record<ProviderKind, string> = {
  embedded: 'Built in',
  ollama: 'Ollama',
  'openai-compatible': 'OpenAI-compatible',
  extractive: 'Quotations',
};

export const PROVIDER_STATES: Record<Provider['state'], { tone: StatusTone; label: string }> = {
  ready: { tone: 'ok', label: 'Ready' },
  unreachable: { tone: 'bad', label: 'Unreachable' },
  refused: { tone: 'warn', label: 'Refused' },
  off: { tone: 'idle', label: 'Off' },
};

/** The name of a model as the lists show it. */
export function nameOf(model: Model): string {
  return model.id === EXTRACTIVE_MODEL ? 'Quotations from documents' : model.name;
}

/** Whether a model can be deleted: what ships with the console stays. */
export function isRemovable(model: Model, providers: readonly Provider[]): boolean {
  if (model.starter || model.id === EXTRACTIVE_MODEL) return false;
  const kind = providers.find((each) => each.id === model.provider)?.kind;
  return kind === 'embedded' || kind === 'ollama';
}

/** A price in a few words: `€0.15 in, €0.60 out per million tokens`. */
export function priceWords(price: Price): string {
  if (price.per === 'compute-second') return `${format.money(price.amount)} per compute-second`;
  return `${format.money(price.input)} in, ${format.money(price.output)} out per million tokens`;
}

/** What stands where no price is. */
export function noPriceWords(model: Model): string {
  return model.place.kind === 'cloud' ? 'Missing' : 'Not priced';
}

/** What it means that a model has no price. */
export function noPriceMeaning(model: Model): string {
  return model.place.kind === 'cloud'
    ? 'A model elsewhere is not called before its price is known, so that nothing is spent unseen.'
    : 'Its answers are counted as free. Set a price per compute-second to see what they cost.';
}
