import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Tenant } from '../../../contract';
import { installation, tenantApi } from '../../app/api';

/** What is done when a tenant has changed: show it, and ask again for all that lists tenants. */
export function useTenantChanged(): (tenant?: Tenant) => Promise<void> {
  const cache = useQueryClient();
  return useCallback(
    async (tenant) => {
      const { tenants } = installation.query;
      if (tenant) cache.setQueryData(tenants.read.queryKey({ input: { id: tenant.id } }), tenant);
      await cache.invalidateQueries({ queryKey: tenants.key() });
      if (tenant) await cache.invalidateQueries({ queryKey: tenantApi(tenant.id).query.key() });
    },
    [cache],
  );
}
