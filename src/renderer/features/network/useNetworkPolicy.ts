import { useQueryClient } from '@tanstack/react-query';
import type { NetworkPolicy } from '../../../contract';
import { installation } from '../../app/api';

/** Shows a policy that the engine answered with, and reads the ledger again. */
export function useShowPolicy(): (policy: NetworkPolicy) => Promise<void> {
  const cache = useQueryClient();
  const { network } = installation.query;
  return async (policy) => {
    cache.setQueryData(network.policy.queryKey({ input: {} }), policy);
    await cache.invalidateQueries({ queryKey: network.ledger.key() });
  };
}
