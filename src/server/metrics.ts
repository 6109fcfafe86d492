import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Engine } from '../engine';
import type { Observer } from '../engine/ports';

/** Seconds: from an answer of a cache's speed to one that a small machine makes with a large model. */
const ANSWER_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120];
const CALL_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** The counts of one process, from its start on. */
export interface Metrics {
  readonly observer: Observer;
  /** All of them in Prometheus' text format 0.0.4. */
  text(engine: Engine): Promise<string>;
}

/**
 * Makes the counters of an engine. There is no name and no word in them.
 * @param perTenant whether questions are counted for each tenant apart, under its id
 */
export function createMetrics(perTenant: boolean): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const tenantLabel = perTenant ? (['tenant'] as const) : ([] as const);
  const labels = (tenantId: string) => (perTenant ? { tenant: tenantId } : {});
  const queries = new Counter({
    name: 'riscura_ai_queries_total',
    help: 'Questions that were metered, by how they ended.',
    labelNames: ['outcome', ...tenantLabel],
    registers,
  });
  const estimated = new Counter({
    name: 'riscura_ai_queries_estimated_total',
    help: 'Answered questions whose tokens the provider did not report, so that their price is an estimate.',
    labelNames: tenantLabel,
    registers,
  });
  const tokens = new Counter({
    name: 'riscura_ai_tokens_total',
    help: 'Tokens that were metered.',
    labelNames: ['direction', ...tenantLabel],
    registers,
  });
  const cost = new Counter({
    name: 'riscura_ai_cost_micros_total',
    help: 'What metered questions cost, in millionths of the currency.',
    labelNames: ['currency', ...tenantLabel],
    registers,
  });
  const answers = new Histogram({
    name: 'riscura_ai_response_seconds',
    help: 'Time from a question to the end of its answer.',
    labelNames: ['place'],
    buckets: ANSWER_BUCKETS,
    registers,
  });
  const firstTokens = new Histogram({
    name: 'riscura_ai_first_token_seconds',
    help: 'Time from a question to the first word of its answer.',
    labelNames: ['place'],
    buckets: ANSWER_BUCKETS,
    registers,
  });
  const calls = new Histogram({
    name: 'riscura_call_seconds',
    help: 'Time of a call of the contract until its answer, or until its stream began.',
    labelNames: ['scope'],
    buckets: CALL_BUCKETS,
    registers,
  });
  const refused = new Counter({
    name: 'riscura_calls_refused_total',
    help: 'Calls that were answered with an error, by its code.',
    labelNames: ['scope', 'code'],
    registers,
  });
  const foreign = new Counter({
    name: 'riscura_foreign_credentials_total',
    help: 'Calls to one tenant with the credential of another. All were refused.',
    registers,
  });
  const tenants = new Gauge({
    name: 'riscura_tenants',
    help: 'Tenants, by how they stand.',
    labelNames: ['state'],
    registers,
  });
  const open = new Gauge({
    name: 'riscura_tenant_databases_open',
    help: 'Databases of tenants that are open.',
    registers,
  });
  const quarantined = new Gauge({
    name: 'riscura_tenants_quarantined',
    help: 'Tenants that are shut because their database was found to be damaged or forged.',
    registers,
  });

  return {
    observer: {
      call(scope, code, ms) {
        calls.observe({ scope }, ms / 1000);
        if (code !== null) refused.inc({ scope, code });
      },
      query(tenantId, query) {
        const own = labels(tenantId);
        queries.inc({ outcome: query.outcome, ...own });
        if (query.outcome === 'answered' && !query.tokensReported) estimated.inc(own);
        tokens.inc({ direction: 'input', ...own }, query.inputTokens);
        tokens.inc({ direction: 'output', ...own }, query.outputTokens);
        cost.inc({ currency: query.cost.currency, ...own }, query.cost.micros);
        if (query.outcome === 'refused' || query.outcome === 'interrupted') return;
        const place = query.place.kind;
        answers.observe({ place }, query.totalMs / 1000);
        if (query.firstTokenMs !== null) firstTokens.observe({ place }, query.firstTokenMs / 1000);
      },
      foreignCredential: () => foreign.inc(),
    },
    text(engine) {
      const figures = engine.figures();
      for (const [state, count] of Object.entries(figures?.states ?? {})) tenants.set({ state }, count);
      open.set(figures?.open ?? 0);
      quarantined.set(figures?.quarantined ?? 0);
      return registry.metrics();
    },
  };
}
