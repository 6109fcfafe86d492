import { useQueryClient } from '@tanstack/react-query';
import { refreshPrincipal } from '../../app/session';
import { useTenantApi } from '../../app/tenant';

/** What is done when a review has changed: it and what it changes are asked for again. */
export function useReviewsChanged(): () => Promise<void> {
  const cache = useQueryClient();
  const { query } = useTenantApi();
  return async () => {
    refreshPrincipal(cache);
    await Promise.all(
      [query.reviews, query.access, query.users, query.people].map((part) =>
        cache.invalidateQueries({ queryKey: part.key() }),
      ),
    );
  };
}
