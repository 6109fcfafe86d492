import { z } from 'zod';
import {
  DeclareProvider,
  Model,
  ModelId,
  ModelJob,
  ModelProgress,
  Price,
  Provider,
  ProviderLoad,
} from '../models';
import { change, procedure, subscription, view } from '../procedure';
import { Id } from '../values';

const CHUNK_BYTES = 8 * 1024 * 1024;

export const models = {
  providers: procedure({
    summary: 'The declared providers and how each is',
    permission: 'ai.configure',
    audit: view('providers.listed'),
    input: z.object({}),
    output: z.array(Provider),
  }),
  declareProvider: procedure({
    summary: 'Declare an Ollama or an OpenAI-compatible server; its key goes to the keychain',
    permission: 'installation.manage',
    audit: change('provider.declared'),
    input: DeclareProvider,
    output: Provider,
  }),
  removeProvider: procedure({
    summary: 'Remove a provider and its key',
    permission: 'installation.manage',
    stepUp: true,
    audit: change('provider.removed'),
    input: z.object({ id: z.string().max(80) }),
    output: z.object({}),
  }),
  discover: procedure({
    summary: 'Look for an Ollama server on this machine',
    permission: 'installation.manage',
    audit: view('providers.discovered'),
    input: z.object({}),
    output: z.object({ baseUrl: z.string().nullable(), version: z.string().nullable() }),
  }),
  list: procedure({
    summary: 'The models of all providers',
    permission: 'ai.configure',
    audit: view('models.listed'),
    input: z.object({}),
    output: z.array(Model),
  }),
  load: procedure({
    summary: 'What runs at each provider, what waits, and whose question has waited longest',
    permission: 'installation.manage',
    audit: view('models.load-viewed'),
    input: z.object({}),
    output: z.array(ProviderLoad),
  }),
  setPlaces: procedure({
    summary: 'Say how many answers a declared provider makes at the same time; what is more waits its turn',
    permission: 'installation.manage',
    audit: change('provider.places-set'),
    input: z.object({ provider: z.string().max(80), places: z.number().int().min(1).max(10_000) }),
    output: z.object({}),
  }),
  show: procedure({
    summary: 'One model with its licence text',
    permission: 'ai.configure',
    audit: view('model.viewed'),
    input: z.object({ id: ModelId }),
    output: z.object({ model: Model, licenceText: z.string().nullable(), template: z.string().nullable() }),
  }),
  setPrice: procedure({
    summary: 'Enter or remove the price of a model',
    permission: 'installation.manage',
    audit: change('model.price-set'),
    input: z.object({ id: ModelId, price: Price.nullable() }),
    output: z.object({}),
  }),
  pull: procedure({
    summary: 'Let an Ollama server pull a model; this is egress',
    permission: 'installation.manage',
    audit: change('model.pull-started'),
    input: z.object({ provider: z.string().max(80), name: z.string().trim().min(1).max(200) }),
    output: z.object({ job: Id }),
  }),
  beginImport: procedure({
    summary: 'Begin the import of a GGUF file',
    permission: 'installation.manage',
    audit: change('model.import-started'),
    input: z.object({
      /** `embedded` for the console’s own runtime, or the id of an Ollama provider. */
      provider: z.string().max(80),
      name: z.string().trim().min(1).max(120),
      sizeBytes: z.number().int().positive(),
      licence: z.string().max(200_000).nullable(),
    }),
    output: z.object({ job: Id, chunkBytes: z.number().int() }),
  }),
  appendImport: procedure({
    summary: 'Send the next piece of a GGUF file',
    permission: 'installation.manage',
    audit: view('model.import-continued'),
    input: z.object({ job: Id, offset: z.number().int().nonnegative(), bytes: z.file().max(CHUNK_BYTES) }),
    output: z.object({ receivedBytes: z.number().int() }),
    maxBytes: CHUNK_BYTES + 64 * 1024,
  }),
  finishImport: procedure({
    summary: 'Check the file that was sent and take it into use',
    permission: 'installation.manage',
    audit: change('model.imported'),
    input: z.object({ job: Id }),
    output: z.object({ job: Id }),
  }),
  jobs: procedure({
    summary: 'The pulls and imports that have not ended, of all windows, oldest first',
    permission: 'installation.manage',
    audit: view('models.jobs-listed'),
    input: z.object({}),
    output: z.array(ModelJob),
  }),
  progress: subscription({
    summary: 'The progress of a pull or an import',
    permission: 'installation.manage',
    audit: view('model.progress-viewed'),
    input: z.object({ job: Id }),
    output: ModelProgress,
  }),
  cancel: procedure({
    summary: 'Cancel a pull or an import',
    permission: 'installation.manage',
    audit: change('model.work-cancelled'),
    onReserve: true,
    input: z.object({ job: Id }),
    output: z.object({}),
  }),
  remove: procedure({
    summary: 'Delete a model from its provider',
    permission: 'installation.manage',
    stepUp: true,
    audit: change('model.removed'),
    onReserve: true,
    input: z.object({ id: ModelId }),
    output: z.object({}),
  }),
};
