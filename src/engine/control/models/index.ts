import {
  ConsoleError,
  type installationContract,
  type Model,
  type ModelProgress,
  Price,
} from '../../../contract';
import type { Handlers } from '../../door';
import type { EgressBroker } from '../../mechanism/egress';
import type { ModelStoreProvider } from '../../ports';
import type { ModelDirectory } from '../../tenant';
import type { ControlContext } from '../context';
import { EMBEDDED, EXTRACTIVE, openEmbeddedModels } from './embedded';
import { openImports } from './imports';
import { createModelJobs } from './jobs';
import { openProviders, type ProviderRecord } from './providers';
import { type ModelQueues, openModelQueues } from './queues';

export { isStarter } from './embedded';
export type { ModelQueues } from './queues';

/** A list of models counts as fresh for so long. */
const FRESH_MS = 10_000;
const ANSWER_MS = 4_000;

export interface Models {
  readonly handlers: Handlers<(typeof installationContract)['models']>;
  readonly directory: ModelDirectory;
  readonly queues: ModelQueues;
}

/** The models of the installation: which there are, where they run, what they cost. @param nameOf the name of a tenant */
export async function openModels(
  context: ControlContext,
  egress: EgressBroker,
  nameOf: (tenantId: string) => string,
): Promise<Models> {
  const { store, seals, census, ports, newId } = context;
  const embedded = await openEmbeddedModels(context);
  const jobs = createModelJobs(context);
  const lists = new Map<string, { at: number; models: Promise<Model[]> }>();
  let prices = await loadPrices();

  const forget = () => lists.clear();
  const providers = await openProviders({
    context,
    egress,
    builtIn: async () => [embedded.provider()],
    onChange: forget,
  });
  const queues = await openModelQueues({ context, providers, nameOf });
  const imports = await openImports({ context, embedded, providers, jobs, onChange: forget });

  async function loadPrices(): Promise<Map<string, Price>> {
    const rows = await store.read('SELECT * FROM model_prices');
    return new Map(
      rows.map((row) => [
        String(seals.modelPrices.require(row).model),
        Price.parse(JSON.parse(String(row.price))),
      ]),
    );
  }

  /** What a provider has; a provider that does not answer has nothing just now. */
  async function ask(record: ProviderRecord): Promise<Model[]> {
    try {
      const fetch = egress.fetchFor({ baseUrl: record.baseUrl, purpose: 'model', place: record.place });
      const provider = await providers.connect(record, fetch);
      return await provider.list(AbortSignal.timeout(ANSWER_MS));
    } catch (problem) {
      ports.log.warn('a provider did not list its models', {
        provider: record.id,
        code: problem instanceof ConsoleError ? problem.code : 'INTERNAL',
      });
      return [];
    }
  }

  function modelsOf(record: ProviderRecord): Promise<Model[]> {
    const known = lists.get(record.id);
    if (known && ports.clock.monotonic() - known.at < FRESH_MS) return known.models;
    const models = ask(record);
    lists.set(record.id, { at: ports.clock.monotonic(), models });
    return models;
  }

  function priced(model: Model): Model {
    return { ...model, price: prices.get(model.id) ?? model.price };
  }

  async function list(): Promise<Model[]> {
    const declared = await Promise.all(providers.all().map(modelsOf));
    return [...embedded.all().map(({ model }) => model), ...declared.flat(), EXTRACTIVE].map(priced);
  }

  async function find(id: string): Promise<Model | null> {
    const provider = id.split('/')[0];
    const here = [...embedded.all().map(({ model }) => model), EXTRACTIVE].find((model) => model.id === id);
    if (here) return priced(here);
    const record = providers.all().find((candidate) => candidate.id === provider);
    const found = record && (await modelsOf(record)).find((model) => model.id === id);
    return found ? priced(found) : null;
  }

  async function require(id: string): Promise<Model> {
    const model = await find(id);
    if (!model) throw new ConsoleError('NOT_FOUND');
    return model;
  }

  async function storeOf(model: Model): Promise<ModelStoreProvider> {
    return providers.connectStore(providers.require(model.provider), 'model');
  }

  async function* pull(
    server: ModelStoreProvider,
    name: string,
    signal: AbortSignal,
  ): AsyncGenerator<ModelProgress> {
    if (!server.pull) throw new ConsoleError('BAD_INPUT', { reason: 'This provider does not pull models.' });
    yield* server.pull(name, signal);
    forget();
  }

  return {
    queues,
    directory: {
      list,
      find,
      async open(model, fetchFor, owner) {
        if (model.provider === EMBEDDED) return embedded.open(model.name, owner);
        const record = providers.all().find((candidate) => candidate.id === model.provider);
        if (!record)
          throw new ConsoleError('MODEL_UNAVAILABLE', { reason: 'Its provider is not declared any more.' });
        const fetch = fetchFor({
          baseUrl: record.baseUrl,
          purpose: 'model',
          place: model.place,
          model: model.id,
        });
        const provider = await providers.connect(record, fetch);
        return {
          endpoint: new URL(record.baseUrl).origin,
          chat: (request) => provider.chat({ ...request, model: model.name }),
          ...('embed' in provider && {
            embed: (texts: readonly string[], signal: AbortSignal) =>
              provider.embed(model.name, texts, signal),
          }),
        };
      },
    },
    handlers: {
      ...providers.handlers,
      ...imports.handlers,
      list,

      ...queues.handlers,

      async show({ id }) {
        const model = await require(id);
        if (model.provider === EMBEDDED) {
          return { model, licenceText: embedded.find(model.name)?.licenceText ?? null, template: null };
        }
        if (!providers.all().some(({ id: known, kind }) => known === model.provider && kind === 'ollama')) {
          return { model, licenceText: null, template: null };
        }
        const shown = await (await storeOf(model)).show(model.name, AbortSignal.timeout(ANSWER_MS));
        return { ...shown, model: priced(shown.model) };
      },

      async setPrice({ id, price }, call) {
        await require(id);
        const row = { model: id, price: JSON.stringify(price) };
        const statement = price
          ? {
              sql: 'INSERT OR REPLACE INTO model_prices (model, price, mac) VALUES (?, ?, ?)',
              params: [row.model, row.price, seals.modelPrices.of(row)],
            }
          : { sql: 'DELETE FROM model_prices WHERE model = ?', params: [id] };
        const change = (price ? 1 : 0) - (prices.has(id) ? 1 : 0);
        await census.write(
          { model_prices: change },
          {
            statements: [statement],
            events: [
              call.event({
                target: id,
                detail: { price: row.price },
                change: { before: prices.get(id) ?? null, after: price },
              }),
            ],
          },
        );
        prices = await loadPrices();
        return {};
      },

      async pull({ provider, name }, call) {
        const server = await providers.connectStore(providers.require(provider), 'model-pull');
        const job = newId();
        await store.write({ events: [call.event({ target: `${provider}/${name}`, outcome: 'intent' })] });
        jobs.start(job, { kind: 'pull', provider, name }, (signal) => pull(server, name, signal));
        return { job };
      },

      jobs: async () => jobs.list(),

      progress: async ({ job }, call) => jobs.follow(job, call.signal),

      async cancel({ job }, call) {
        await store.write({ events: [call.event({ target: job })] });
        if (!jobs.cancel(job)) throw new ConsoleError('NOT_FOUND');
        await imports.discard(job);
        return {};
      },

      async remove({ id }, call) {
        const model = await require(id);
        if (model.provider === EMBEDDED) {
          await embedded.remove(model.name, call.event({ target: id }));
          return {};
        }
        const server = await storeOf(model);
        await store.write({ events: [call.event({ target: id, outcome: 'intent' })] });
        await server.remove(model.name, AbortSignal.timeout(ANSWER_MS));
        await store.write({ events: [call.event({ target: id })] });
        forget();
        return {};
      },
    },
  };
}
