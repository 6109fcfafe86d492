import { Button } from '@mantine/core';
import { IconBuildingSkyscraper } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi } from '../../app/api';
import { refreshPrincipal } from '../../app/session';
import { ErrorNotice, format, useNow } from '../../ui';
import classes from './account.module.css';

/** How long before its provider's word ends somebody is asked to come by it again. */
const AHEAD_MS = 4 * 60_000;
/** A little longer than the engine waits for a person to come back from the browser. */
const BROWSER_MS = 6 * 60_000;

interface VouchingBannerProps {
  tenantId: string;
  /** When the word of the provider ends, in milliseconds since 1970. */
  until: number;
}

/** Asks somebody to come by their provider again before its word ends, so that they need not sign in anew. */
export function VouchingBanner({ tenantId, until }: VouchingBannerProps) {
  const now = useNow();
  const cache = useQueryClient();
  const continuing = useMutation({
    mutationFn: () =>
      tenantApi(tenantId).client.identity.continueByBrowser({}, { context: { timeoutMs: BROWSER_MS } }),
    onSuccess: () => refreshPrincipal(cache),
  });
  if (until - now > AHEAD_MS) return null;
  return (
    <div className={classes.banner} role="status">
      <IconBuildingSkyscraper aria-hidden size={20} stroke={1.6} />
      <div>
        <p>
          Your organisation vouches for you until {format.shortTime(until)}. Continue in the browser, or you
          have to sign in again then.
        </p>
        {continuing.isError && <ErrorNotice error={continuing.error} />}
      </div>
      <Button size="compact-sm" loading={continuing.isPending} onClick={() => continuing.mutate()}>
        Continue in the browser
      </Button>
    </div>
  );
}
