import { useQueryClient } from '@tanstack/react-query';
import { refreshPrincipal } from '../../app/session';
import { useTenantApi } from '../../app/tenant';

/** What is done when something of the access to the tenant has changed: all of it is asked for again. */
export function useAccessChanged(): () => Promise<void> {
  const cache = useQueryClient();
  const { query } = useTenantApi();
  return async () => {
    refreshPrincipal(cache);
    await Promise.all(
      [query.access, query.approvals, query.breakGlass].map((part) =>
        cache.invalidateQueries({ queryKey: part.key() }),
      ),
    );
  };
}
