import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { installation } from '../../app/api';
import { modelWork } from './modelWork';

const LOOK_AGAIN_MS = 15_000;

/** The providers; how each is changes by itself, so they are asked for again. */
export function useProviders() {
  return useQuery(
    installation.query.models.providers.queryOptions({ input: {}, refetchInterval: LOOK_AGAIN_MS }),
  );
}

const LOAD_MS = 3_000;

/** What runs and waits at each provider now. */
export function useProviderLoads() {
  return useQuery(installation.query.models.load.queryOptions({ input: {}, refetchInterval: LOAD_MS }));
}

/** The models of all providers. */
export function useModels() {
  return useQuery(installation.query.models.list.queryOptions({ input: {}, refetchInterval: LOOK_AGAIN_MS }));
}

/** Asks again for all that is said about models, also for what each tenant may use. */
export function useModelsChanged(): () => Promise<void> {
  const cache = useQueryClient();
  return useCallback(async () => {
    await Promise.all([
      cache.invalidateQueries({ queryKey: installation.query.models.key() }),
      cache.invalidateQueries({
        predicate: ({ queryKey: [path] }) => Array.isArray(path) && path.includes('configuration'),
      }),
    ]);
  }, [cache]);
}

/** Takes up the pulls and imports that run already: those of other windows, and of this one before a reload. */
export function useRunningJobs(): void {
  const changed = useModelsChanged();
  const { data } = useQuery(
    installation.query.models.jobs.queryOptions({ input: {}, refetchInterval: LOOK_AGAIN_MS }),
  );
  useEffect(() => {
    if (data) void modelWork.adopt(data).then((ended) => (ended ? changed() : undefined));
  }, [data, changed]);
}
