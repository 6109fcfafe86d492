import { ConsoleError, EXTRACTIVE_MODEL, type Model, type ModelId } from '../../../contract';
import type { RuntimeContext } from '../context';

/** A model that may be tried. `null` stands for the extractive answerer. */
export interface Candidate {
  readonly id: ModelId;
  readonly model: Model | null;
  readonly route: 'chosen' | 'fallback';
}

export interface PassedOver {
  readonly model: ModelId;
  readonly reason: string;
}

export interface Route {
  readonly candidates: readonly Candidate[];
  readonly passedOver: readonly PassedOver[];
}

/** Why a model may not answer for this tenant; `null` when it may. */
export function refusalOf(context: RuntimeContext, model: Model): ConsoleError | null {
  const { residency, plan } = context.entitlements();
  if (model.place.kind === 'cloud' && residency.mode === 'local-only') {
    return new ConsoleError('RESIDENCY_REFUSED', {
      reason: `${model.name} is served from elsewhere, and this tenant is local-only.`,
    });
  }
  if (
    model.place.kind === 'cloud' &&
    residency.mode === 'region-bound' &&
    !inRegion(model, residency.regions)
  ) {
    return new ConsoleError('RESIDENCY_REFUSED', {
      reason: `${model.name} runs in ${model.place.region ?? 'a region that was not declared'}, outside ${residency.regions.join(', ')}.`,
    });
  }
  if (model.place.kind === 'cloud' && !plan.cloudModels) {
    return new ConsoleError('NOT_ALLOWED', { reason: `The plan ${plan.name} has no cloud models.` });
  }
  if (model.place.kind === 'cloud' && model.price === null) {
    return new ConsoleError('PRICE_UNKNOWN', { reason: `${model.name} is paid and has no price.` });
  }
  return null;
}

function inRegion(model: Model, regions: readonly string[]): boolean {
  return model.place.region !== null && regions.includes(model.place.region);
}

/**
 * Decides who may answer, in which order: the model that was asked for (or the tenant's), its fallbacks, and
 * last the extractive answerer. The broker refuses again what slips through here.
 * @throws ConsoleError when the caller named a model that this tenant may not use
 */
export async function planRoute(
  context: RuntimeContext,
  wishes: { override?: ModelId; model: ModelId; fallbacks: readonly ModelId[] },
): Promise<Route> {
  const candidates: Candidate[] = [];
  const passedOver: PassedOver[] = [];
  const wanted = [...new Set([wishes.override ?? wishes.model, ...wishes.fallbacks])];
  for (const [index, id] of wanted.entries()) {
    const route = index === 0 ? 'chosen' : 'fallback';
    if (id === EXTRACTIVE_MODEL) {
      // It always answers, so what would come after it would never be tried.
      if (index === 0) return { candidates: [{ id, model: null, route }], passedOver };
      continue;
    }
    const model = await context.directory.find(id);
    const refusal = model ? refusalOf(context, model) : null;
    if (refusal && id === wishes.override) throw refusal;
    if (!model) passedOver.push({ model: id, reason: 'is not installed, or its server does not answer' });
    else if (refusal) passedOver.push({ model: id, reason: refusal.detail.reason ?? refusal.message });
    else candidates.push({ id, model, route });
  }
  candidates.push({ id: EXTRACTIVE_MODEL, model: null, route: 'fallback' });
  return { candidates, passedOver };
}
