import { useQuery } from '@tanstack/react-query';
import { EXTRACTIVE_MODEL, type Model, type Place, type Receipt } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { modelName } from '../../ui';

export interface TenantModel {
  readonly model: Model;
  readonly allowed: boolean;
  readonly reason: string | null;
}

const NONE: readonly TenantModel[] = [];

/** The models and whether the tenant may use each. */
export function useTenantModels() {
  const { query } = useTenantApi();
  const read = useQuery(query.configuration.models.queryOptions({ input: {} }));
  const models: readonly TenantModel[] = read.data ?? NONE;
  return { models, failed: read.isError, error: read.error, retry: read.refetch };
}

/** A model in words: its name without the provider, or that none answered. */
export function modelWords(id: string): string {
  return id === EXTRACTIVE_MODEL ? 'Quotations, no model' : modelName(id);
}

const WHERE: Record<Place['kind'], string> = {
  'this-machine': 'on this machine',
  'this-site': 'on this site',
  cloud: 'in the cloud',
};

/** Where a model answers, as the end of a sentence: `on this machine`. */
export function whereWords({ kind, region }: Place): string {
  return region ? `${WHERE[kind]}, ${region}` : WHERE[kind];
}

/** What kind of answerer a receipt names: a model, the small one that ships, or none at all. */
export function answererOf(receipt: Receipt | null, models: readonly TenantModel[]) {
  if (!receipt) return null;
  if (receipt.model === EXTRACTIVE_MODEL) return 'extractive';
  return models.some(({ model }) => model.id === receipt.model && model.starter) ? 'starter' : 'model';
}
