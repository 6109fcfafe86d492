import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { problemOf } from '../ui/problem';
import { connection } from './api';
import { endSession, refreshPrincipal } from './session';

const FRESH_MS = 5_000;
const RETRY_MS = 250;

/** Only the restart of a host is worth another try by itself; the call then waits for the new port. */
function retry(failures: number, error: unknown): boolean {
  return problemOf(error).code === 'HOST_RESTARTING' && failures < 20;
}

/**
 * The window's cache. When the line comes back everything on screen is asked for again; when the
 * session has ended everything that was seen in it is forgotten.
 */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    const { code } = problemOf(error);
    if (code === 'NOT_SIGNED_IN') endSession(client);
    if (code === 'NOT_ALLOWED') refreshPrincipal(client);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: FRESH_MS,
        refetchOnWindowFocus: false,
        retry,
        retryDelay: RETRY_MS,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  let wasOpen = connection.isOpen();
  let opened = wasOpen;
  connection.subscribe(() => {
    const open = connection.isOpen();
    if (open && !wasOpen && opened) void client.invalidateQueries();
    opened ||= open;
    wasOpen = open;
  });
  return client;
}
