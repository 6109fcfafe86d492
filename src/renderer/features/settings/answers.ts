import { type Configuration, EXTRACTIVE_MODEL, initialParameters, ModelParameters } from '../../../contract';
import type { TenantModel } from '../assistant/models';

export type ParameterName = keyof ModelParameters;

/** A field of a number holds text while it is typed. */
export type TypedParameters = Record<ParameterName, number | string>;

export interface AnswersFields {
  model: string;
  fallbacks: string[];
  parameters: TypedParameters;
  instructions: string;
}

interface ParameterWords {
  readonly label: string;
  readonly help: string;
  readonly step: number;
  readonly min: number;
  readonly max: number;
  readonly decimals: number;
}

export const PARAMETERS: Record<ParameterName, ParameterWords> = {
  temperature: {
    label: 'Temperature',
    help: 'How freely the model chooses its words. 0 always takes the likeliest; above 1 it begins to wander. Lower it for facts, raise it for ideas.',
    step: 0.1,
    min: 0,
    max: 2,
    decimals: 2,
  },
  maxTokens: {
    label: 'Longest answer, tokens',
    help: 'Where an answer is cut off. A token is about three quarters of an English word. It also bounds what an answer can cost.',
    step: 256,
    min: 1,
    max: 131_072,
    decimals: 0,
  },
  topP: {
    label: 'Top P',
    help: 'Considers only the likeliest words that together have this share of the probability. 1 considers all. Change this or the temperature, not both.',
    step: 0.05,
    min: 0,
    max: 1,
    decimals: 2,
  },
  frequencyPenalty: {
    label: 'Frequency penalty',
    help: 'Makes a word less likely the more often it has come already. 0 is off; negative values invite repetition.',
    step: 0.1,
    min: -2,
    max: 2,
    decimals: 2,
  },
  presencePenalty: {
    label: 'Presence penalty',
    help: 'Makes a word less likely once it has come at all, so that new topics appear. 0 is off.',
    step: 0.1,
    min: -2,
    max: 2,
    decimals: 2,
  },
};

/** The parameters of a model when nobody changes them. */
export function defaultsOf(id: string, models: readonly TenantModel[]): ModelParameters {
  return initialParameters({ starter: models.some(({ model }) => model.id === id && model.starter) });
}

/** The parameters after another model was chosen: those that were the default become that model's default. */
export function withModel(
  { model, parameters }: AnswersFields,
  next: string,
  models: readonly TenantModel[],
): TypedParameters {
  const before = defaultsOf(model, models);
  const after = defaultsOf(next, models);
  const changed = PARAMETER_NAMES.map((name) => [
    name,
    parameters[name] === before[name] ? after[name] : parameters[name],
  ]);
  return Object.fromEntries(changed) as TypedParameters;
}

export const PARAMETER_NAMES = Object.keys(PARAMETERS) as ParameterName[];

/** What a form begins with. */
export function fieldsOf({ model, fallbacks, parameters, instructions }: Configuration): AnswersFields {
  return { model, fallbacks, parameters, instructions };
}

/** What a form says, as the engine takes it. */
export function updateOf(fields: AnswersFields, version: number) {
  return { ...fields, version, parameters: ModelParameters.parse(fields.parameters) };
}

/** Why a parameter cannot be taken; `null` when it can. */
export function parameterProblem(name: ParameterName, value: number | string): string | null {
  if (ModelParameters.shape[name].safeParse(value).success && value !== '') return null;
  const { min, max } = PARAMETERS[name];
  return `A number from ${min} to ${max.toLocaleString('en-GB')}`;
}

/** What two states of the settings differ in, in words. */
export function differing(mine: AnswersFields, theirs: AnswersFields): string[] {
  const same = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right);
  return [
    !same(mine.model, theirs.model) && 'model',
    !same(mine.fallbacks, theirs.fallbacks) && 'fallbacks',
    ...PARAMETER_NAMES.map(
      (name) => !same(mine.parameters[name], theirs.parameters[name]) && PARAMETERS[name].label.toLowerCase(),
    ),
    !same(mine.instructions, theirs.instructions) && 'instructions',
  ].filter((word) => word !== false);
}

/** Whether a model is the answerer that is the last fallback ever after, and need not be chosen as one. */
export function isLastResort(model: string): boolean {
  return model === EXTRACTIVE_MODEL;
}
