import { useQueryClient } from '@tanstack/react-query';
import { refreshPrincipal } from '../../app/session';
import { useTenantApi } from '../../app/tenant';

/** What is done when somebody was added, changed or removed: all that shows people is asked for again. */
export function usePeopleChanged(): () => Promise<void> {
  const cache = useQueryClient();
  const { query } = useTenantApi();
  return async () => {
    refreshPrincipal(cache);
    await Promise.all(
      [query.people, query.access, query.account, query.apiKeys].map((part) =>
        cache.invalidateQueries({ queryKey: part.key() }),
      ),
    );
  };
}
