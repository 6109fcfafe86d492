import type { Ask, Receipt } from '../../../contract';
import type { TenantModel } from './models';

/** A question without where it is asked. */
export type Question = Omit<Ask, 'conversationId'>;

/** The model that was to answer first, whether or not it did. */
function chosenModel({ route, model, passedOver }: Receipt): string | undefined {
  return route === 'chosen' ? model : passedOver[0]?.model;
}

/**
 * A question as it is asked once more: as it was asked in this window, and otherwise of the model that its
 * receipt names, where the tenant may still use that.
 */
export function questionAgain(
  text: string,
  receipt: Receipt | null,
  models: readonly TenantModel[],
  remembered: Ask | undefined,
): Question {
  if (remembered) return { content: remembered.content, options: remembered.options };
  const chosen = receipt ? chosenModel(receipt) : undefined;
  const usable = models.some(({ model, allowed }) => allowed && model.id === chosen);
  if (!usable) return { content: text };
  return { content: text, options: { useKnowledge: true, modelOverride: chosen } };
}
