import type { Model, Provider } from '../../../src/contract';
import { base, refuse, wait } from './base';
import { hash, seeded } from './random';
import type { World } from './world';

const GIB = 1024 ** 3;
const random = seeded(11);
const digest = () => hash(random);

const HERE = { kind: 'this-machine', region: null } as const;
const SITE = { kind: 'this-site', region: null } as const;
const CLOUD = { kind: 'cloud', region: 'eu-de' } as const;

/** The providers of the sample installation. */
export const PROVIDERS: Provider[] = [
  {
    id: 'embedded',
    kind: 'embedded',
    name: 'This console',
    baseUrl: null,
    place: HERE,
    hasKey: false,
    state: 'ready',
    problem: null,
    version: 'llama.cpp',
  },
  {
    id: 'ollama',
    kind: 'ollama',
    name: 'Inference server',
    baseUrl: 'http://gpu-01.internal:11434',
    place: SITE,
    hasKey: false,
    state: 'ready',
    problem: null,
    version: '0.17.4',
  },
  {
    id: 'openai',
    kind: 'openai-compatible',
    name: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    place: CLOUD,
    hasKey: true,
    state: 'unreachable',
    problem: 'The air gap is closed and the host is not declared.',
    version: null,
  },
];

const none = {
  parameters: null,
  quantization: null,
  contextTokens: null,
  digest: null,
  licence: null,
  price: null,
  sizeBytes: null,
  starter: false,
  kind: 'chat',
} as const;

/** The models of the sample installation. */
export const MODELS: Model[] = [
  {
    ...none,
    id: 'embedded/SmolLM2-135M-Instruct',
    provider: 'embedded',
    name: 'SmolLM2-135M-Instruct',
    place: HERE,
    sizeBytes: 98_000_000,
    parameters: '135M',
    quantization: 'Q4_1',
    contextTokens: 8192,
    digest: digest(),
    licence: 'Apache-2.0',
    starter: true,
  },
  {
    ...none,
    id: 'ollama/llama3.1:8b',
    provider: 'ollama',
    name: 'llama3.1:8b',
    place: SITE,
    sizeBytes: Math.round(4.6 * GIB),
    parameters: '8.0B',
    quantization: 'Q4_K_M',
    contextTokens: 131_072,
    digest: digest(),
    licence: 'Llama 3.1',
  },
  {
    ...none,
    id: 'ollama/mistral-nemo:12b',
    provider: 'ollama',
    name: 'mistral-nemo:12b',
    place: SITE,
    sizeBytes: Math.round(6.6 * GIB),
    parameters: '12.2B',
    quantization: 'Q4_0',
    contextTokens: 131_072,
    digest: digest(),
    licence: 'Apache-2.0',
  },
  {
    ...none,
    id: 'embedded/all-MiniLM-L6-v2',
    provider: 'embedded',
    name: 'all-MiniLM-L6-v2',
    kind: 'embedding',
    place: HERE,
    sizeBytes: 23_000_000,
    parameters: '22M',
    quantization: 'int8',
    contextTokens: 256,
    digest: digest(),
    licence: 'Apache-2.0',
    starter: true,
  },
  {
    ...none,
    id: 'openai/gpt-5-mini',
    provider: 'openai',
    name: 'gpt-5-mini',
    place: CLOUD,
    contextTokens: 400_000,
  },
  { ...none, id: 'extractive/quotations', provider: 'extractive', name: 'quotations', place: HERE },
];

/** The answers of `installation.models.*`. */
export function modelsRouter(world: World) {
  const models = base.installation.models;
  const job = () => ({ job: world.newId() });
  return {
    providers: models.providers.handler(() => PROVIDERS),
    load: models.load.handler(() =>
      PROVIDERS.map(({ id, kind }) => ({
        provider: id,
        places: kind === 'embedded' ? 1 : kind === 'ollama' ? 8 : 128,
        running: kind === 'ollama' ? 8 : 0,
        waiting: kind === 'ollama' ? 14 : 0,
        longest:
          kind === 'ollama'
            ? { tenantId: world.newId(), tenantName: 'Northgate Insurance', waitedMs: 3_400 }
            : null,
        turnedAway: 0,
      })),
    ),
    setPlaces: models.setPlaces.handler(() => ({})),
    declareProvider: models.declareProvider.handler(({ input }) => {
      const { key, evidence: _, region, place, ...rest } = input;
      const provider: Provider = {
        ...rest,
        id: world.newId().slice(0, 8),
        place: { kind: place, region },
        hasKey: key !== null,
        state: 'ready',
        problem: null,
        version: null,
      };
      PROVIDERS.push(provider);
      return provider;
    }),
    removeProvider: models.removeProvider.handler(({ input }) => {
      PROVIDERS.splice(
        PROVIDERS.findIndex((each) => each.id === input.id),
        1,
      );
      return {};
    }),
    discover: models.discover.handler(() => ({ baseUrl: 'http://127.0.0.1:11434', version: '0.17.4' })),
    list: models.list.handler(() => MODELS),
    show: models.show.handler(({ input }) => {
      const model = MODELS.find((each) => each.id === input.id);
      if (!model) throw refuse('NOT_FOUND');
      return { model, licenceText: 'Apache License\nVersion 2.0, January 2004', template: null };
    }),
    setPrice: models.setPrice.handler(({ input }) => {
      const index = MODELS.findIndex((each) => each.id === input.id);
      const model = MODELS[index];
      if (model) MODELS[index] = { ...model, price: input.price };
      return {};
    }),
    pull: models.pull.handler(job),
    beginImport: models.beginImport.handler(() => ({ ...job(), chunkBytes: 1024 * 1024 })),
    appendImport: models.appendImport.handler(({ input }) => ({
      receivedBytes: input.offset + input.bytes.size,
    })),
    finishImport: models.finishImport.handler(({ input }) => input),
    jobs: models.jobs.handler(() => [
      {
        id: world.newId(),
        kind: 'import' as const,
        provider: 'embedded',
        name: 'qwen2.5-3b-instruct',
        state: 'receiving' as const,
        startedAt: world.now() - 90_000,
        progress: { stage: 'receiving', completedBytes: GIB, totalBytes: 2 * GIB, done: false, model: null },
      },
    ]),
    progress: models.progress.handler(async function* ({ signal }) {
      const total = 2 * GIB;
      for (let part = 0; part <= 20 && !signal?.aborted; part += 1) {
        await wait(200);
        const done = part === 20;
        yield {
          stage: done ? 'Ready' : 'Pulling the weights',
          completedBytes: Math.round((total / 20) * part),
          totalBytes: total,
          done,
          model: done ? 'ollama/llama3.1:8b' : null,
        };
      }
    }),
    cancel: models.cancel.handler(() => ({})),
    remove: models.remove.handler(({ input }) => {
      MODELS.splice(
        MODELS.findIndex((each) => each.id === input.id),
        1,
      );
      return {};
    }),
  };
}
