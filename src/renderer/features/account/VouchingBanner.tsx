import { Button } from '@mantine/core';
import { IconBuildingSkyscraper } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi } from '../../app/api';
import { refreshPrincipal, usePrincipal } from '../../app/session';
import { ErrorNotice, format, useNow } from '../../ui';
import classes from './account.module.css';

/** How long before its provider's word ends somebody is asked to come by it again. */
const AHEAD_MS = 4 * 60_000;
/** A little longer than the engine waits for a person to come back from the browser. */
const BROWSER_MS = 6 * 60_000;

/** Asks somebody to come by their provider again before its word ends, so that they need not sign in anew. */
export function VouchingBanner() {
  const principal = usePrincipal();
  const now = useNow();
  const cache = useQueryClient();
  const continuing = useMutation({
    mutationFn: (tenant: string) =>
      tenantApi(tenant).client.identity.continueByBrowser({}, { context: { timeoutMs: BROWSER_MS } }),
    onSuccess: () => refreshPrincipal(cache),
  });
  if (principal.kind !== 'member') return null;
  const { vouchedUntil, tenant } = principal.session;
  if (vouchedUntil === null || vouchedUntil - now > AHEAD_MS) return null;
  return (
    <div className={classes.banner} role="status">
      <IconBuildingSkyscraper aria-hidden size={20} stroke={1.6} />
      <div>
        <p>
          Your organisation vouches for you until {format.shortTime(vouchedUntil)}. Continue in the browser,
          or you have to sign in again then.
        </p>
        {continuing.isError && <ErrorNotice error={continuing.error} />}
      </div>
      <Button size="compact-sm" loading={continuing.isPending} onClick={() => continuing.mutate(tenant.id)}>
        Continue in the browser
      </Button>
    </div>
  );
}
