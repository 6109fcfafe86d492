import { z } from 'zod';
import { Place, Region } from './residency';
import { Id, Money, Timestamp, Title } from './values';

/** Who runs a model. `extractive` is the answerer that quotes documents when there is no model. */
export const ProviderKind = z.enum(['embedded', 'ollama', 'openai-compatible', 'extractive']);
export type ProviderKind = z.infer<typeof ProviderKind>;

/** `PROVIDER/NAME`: the provider's id and the model's name at that provider. */
export const ModelId = z
  .string()
  .min(3)
  .max(300)
  .regex(/^[a-z0-9-]+\/.+$/i);
export type ModelId = z.infer<typeof ModelId>;

/** The answerer of last resort; always there. */
export const EXTRACTIVE_MODEL: ModelId = 'extractive/quotations';

/** The price of a model: for tokens, or for the seconds a machine of the house works. */
export const Price = z.discriminatedUnion('per', [
  z.object({ per: z.literal('million-tokens'), input: Money, output: Money }),
  z.object({ per: z.literal('compute-second'), amount: Money }),
]);
export type Price = z.infer<typeof Price>;

/** A provider as an operator declared it. The key itself is in the keychain. */
export const Provider = z.object({
  id: z.string(),
  kind: ProviderKind,
  name: Title,
  baseUrl: z.string().nullable(),
  place: Place,
  hasKey: z.boolean(),
  state: z.enum(['ready', 'unreachable', 'refused', 'off']),
  /** What is the matter, in words, when it is not ready. */
  problem: z.string().nullable(),
  version: z.string().nullable(),
});
export type Provider = z.infer<typeof Provider>;

export const Model = z.object({
  id: ModelId,
  provider: z.string(),
  name: z.string(),
  kind: z.enum(['chat', 'embedding']),
  /** Where the provider runs it; an Ollama model with a remote host counts as cloud. */
  place: Place,
  sizeBytes: z.number().int().nullable(),
  parameters: z.string().nullable(),
  quantization: z.string().nullable(),
  contextTokens: z.number().int().nullable(),
  /** SHA-256 of the weights in hexadecimal, where the provider says it. */
  digest: z.string().nullable(),
  licence: z.string().nullable(),
  price: Price.nullable(),
  /** Set for the model that comes with the console. */
  starter: z.boolean(),
});
export type Model = z.infer<typeof Model>;

const parameter = {
  temperature: z.number().min(0).max(2),
  maxTokens: z.number().int().min(1).max(131_072),
  topP: z.number().min(0).max(1),
  frequencyPenalty: z.number().min(-2).max(2),
  presencePenalty: z.number().min(-2).max(2),
};

/** What a caller wishes for one answer. */
export const ParameterWishes = z.object(parameter).partial();
export type ParameterWishes = z.infer<typeof ParameterWishes>;

/** The specification's model parameters with its defaults. */
export const ModelParameters = z.object({
  temperature: parameter.temperature.default(0.7),
  maxTokens: parameter.maxTokens.default(2048),
  topP: parameter.topP.default(1),
  frequencyPenalty: parameter.frequencyPenalty.default(0),
  presencePenalty: parameter.presencePenalty.default(0),
});
export type ModelParameters = z.infer<typeof ModelParameters>;

/** The starter model seldom ends by itself: 2,048 tokens of it take a minute and more without a GPU. */
const STARTER_MAX_TOKENS = 512;

/** What a tenant begins with: the specification's parameters, with shorter answers of the starter model. */
export function initialParameters(model: Pick<Model, 'starter'>): ModelParameters {
  return ModelParameters.parse(model.starter ? { maxTokens: STARTER_MAX_TOKENS } : {});
}

/** How far a long piece of work on a model has come. */
export const ModelProgress = z.object({
  stage: z.string(),
  completedBytes: z.number().int().nonnegative().nullable(),
  totalBytes: z.number().int().nonnegative().nullable(),
  done: z.boolean(),
  /** The model that is there when it is done. */
  model: ModelId.nullable(),
});
export type ModelProgress = z.infer<typeof ModelProgress>;

/** A pull or an import that has not ended. */
export const ModelJob = z.object({
  id: Id,
  kind: z.enum(['pull', 'import']),
  provider: z.string(),
  /** What is pulled or imported, as it was named by who began it. */
  name: z.string(),
  /** `receiving`: a window is still sending the file. */
  state: z.enum(['receiving', 'working']),
  startedAt: Timestamp,
  progress: ModelProgress,
});
export type ModelJob = z.infer<typeof ModelJob>;

/** How much is asked of a provider at this moment; tenants share it by the priority of their plans. */
export const ProviderLoad = z.object({
  provider: z.string(),
  /** How many answers it makes at the same time. */
  places: z.number().int(),
  running: z.number().int(),
  waiting: z.number().int(),
  longest: z.object({ tenantId: Id, tenantName: z.string(), waitedMs: z.number() }).nullable(),
  /** Questions that were turned away since the console started: too many waited, or for too long. */
  turnedAway: z.number().int(),
});
export type ProviderLoad = z.infer<typeof ProviderLoad>;

export const DeclareProvider = z.object({
  kind: z.enum(['ollama', 'openai-compatible']),
  name: Title,
  baseUrl: z.url().max(500),
  place: z.enum(['this-machine', 'this-site', 'cloud']),
  region: Region.nullable(),
  /** Where the claim about the region comes from, such as a contract's number. */
  evidence: z.string().max(500).nullable(),
  key: z.string().min(1).max(500).nullable(),
});

export const ModelFile = z.object({
  id: Id,
  name: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
  importedAt: Timestamp,
});
