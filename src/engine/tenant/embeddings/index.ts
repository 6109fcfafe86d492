import {
  BUILT_IN_EMBEDDER,
  ConsoleError,
  type Embeddings,
  isConsoleError,
  type Model,
  type Place,
  type tenantContract,
} from '../../../contract';
import { actorOf, type Call, type Handlers } from '../../door';
import type { RuntimeContext } from '../context';
import { costOf, refusalOf } from '../models';
import { type MeteredQuery, type Quota, usageRow } from '../usage';

const HERE: Place = { kind: 'this-machine', region: null };
/** About so many characters of ordinary text are a token. */
const CHARACTERS_A_TOKEN = 4;

/** The model that is asked; `null` stands for the one that comes with the console. */
type Chosen = Model | null;

/** Texts become vectors, metered and audited as questions are, and kept nowhere. */
export function createEmbeddings(
  context: RuntimeContext,
  quota: Quota,
): Handlers<(typeof tenantContract)['embeddings']> {
  const { store, clock, embedder } = context;

  /** @throws ConsoleError NOT_FOUND, MODEL_UNAVAILABLE, or why this tenant may not use it */
  async function choose(id: string): Promise<Chosen> {
    if (id === BUILT_IN_EMBEDDER) {
      if (await embedder.available()) return null;
      throw new ConsoleError('MODEL_UNAVAILABLE', { reason: 'The embedding model is not installed.' });
    }
    const model = await context.directory.find(id);
    if (model?.kind !== 'embedding')
      throw new ConsoleError('NOT_FOUND', { reason: 'There is no embedding model of this name.' });
    const refusal = refusalOf(context, model);
    if (refusal) throw refusal;
    return model;
  }

  async function embed(model: Chosen, texts: readonly string[], signal: AbortSignal) {
    if (!model) return embedder.embed(texts, signal);
    const leave = await context.turns.enter(model, signal, () => undefined);
    try {
      const open = await context.directory.open(model, context.egress.fetchFor, context.tenantId);
      if (!open.embed)
        throw new ConsoleError('MODEL_UNAVAILABLE', { reason: 'Its provider is not asked for vectors.' });
      return await open.embed(texts, signal);
    } finally {
      leave();
    }
  }

  return {
    async create({ model: id, texts }, call): Promise<Embeddings> {
      const metered = meter(context, call, id, texts);
      const place = await quota.reserve(actorOf(call)).catch(metered.refuse);
      try {
        const model = await choose(id).catch(async (problem: unknown) => {
          place.cancel();
          return metered.refuse(problem);
        });
        // What leaves the building, or this process, is announced before it does.
        if (model) await store.write({ events: [metered.intent(model)] });
        const begun = clock.monotonic();
        const signal = AbortSignal.any([call.signal, context.closing]);
        const vectors = await embed(model, texts, signal).catch((problem: unknown) =>
          metered.fail(model, problem),
        );
        const cost = await metered.done(model, clock.monotonic() - begun);
        const { tokens } = metered;
        const shown = vectors.map((vector) => [...vector]);
        return { id: metered.id, model: id, place: model?.place ?? HERE, vectors: shown, tokens, cost };
      } finally {
        place.leave();
        context.changes.changed('usage');
      }
    },
  };
}

/** What is written of one request: a usage event and an audit event, never a word of the texts. */
function meter(context: RuntimeContext, call: Call, modelId: string, texts: readonly string[]) {
  const { store, clock, newId } = context;
  const id = newId();
  const at = clock.now();
  const begun = clock.monotonic();
  const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / CHARACTERS_A_TOKEN), 0);
  const none = { micros: 0, currency: context.entitlements().currency };
  const detail = { model: modelId, texts: texts.length };

  async function write(
    model: Chosen,
    { outcome, problem = null, cost = none }: Partial<MeteredQuery> & Pick<MeteredQuery, 'outcome'>,
  ): Promise<void> {
    const isDone = outcome === 'answered';
    const usage: MeteredQuery = {
      ...{ id, at, personId: actorOf(call).id, model: modelId, route: 'chosen' },
      place: model?.place ?? HERE,
      inputTokens: outcome === 'refused' ? 0 : tokens,
      outputTokens: 0,
      tokensReported: false,
      firstTokenMs: null,
      totalMs: clock.monotonic() - begun,
      ...{ cost, outcome, problem },
    };
    const event = call.event({
      target: id,
      outcome: isDone ? 'done' : outcome === 'refused' ? 'refused' : 'failed',
      detail: { ...detail, ...(isDone ? { tokens, cost: cost.micros } : { code: problem }) },
    });
    await store.write({ rows: [usageRow(usage)], events: [event] });
  }

  async function end(
    model: Chosen,
    outcome: 'refused' | 'failed' | 'stopped',
    thrown: unknown,
  ): Promise<never> {
    if (isConsoleError(thrown)) await write(model, { outcome, problem: thrown.code });
    throw thrown;
  }

  return {
    id,
    tokens,
    intent: (model: Model) =>
      call.event({ target: id, outcome: 'intent', detail: { ...detail, place: model.place.kind } }),
    refuse: (problem: unknown) => end(null, 'refused', problem),
    fail: (model: Chosen, thrown: unknown) => {
      const problem = call.signal.aborted
        ? new ConsoleError('CANCELLED', {}, thrown)
        : isConsoleError(thrown)
          ? thrown
          : new ConsoleError('MODEL_FAILED', {}, thrown);
      return end(model, call.signal.aborted ? 'stopped' : 'failed', problem);
    },
    async done(model: Chosen, computeMs: number) {
      const used = { inputTokens: tokens, outputTokens: 0, computeMs };
      const cost = costOf(model?.price ?? null, used, context.entitlements().currency);
      await write(model, { outcome: 'answered', cost });
      return cost;
    },
  };
}
