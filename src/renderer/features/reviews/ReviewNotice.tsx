import { Button } from '@mantine/core';
import { IconClipboardCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useGranted } from '../../app/session';
import { tenantPath, useTenant, useTenantApi } from '../../app/tenant';
import { format } from '../../ui';
import classes from './reviews.module.css';

const REFRESH_MS = 60_000;

/** Says to those who look after access that a review waits for them, and when it is overdue. */
export function ReviewNotice() {
  const mayLook = useGranted('access.view');
  return mayLook ? <Notice /> : null;
}

function Notice() {
  const { id } = useTenant();
  const { query } = useTenantApi();
  const reviews = useQuery(query.reviews.list.queryOptions({ input: {}, refetchInterval: REFRESH_MS }));
  const open = reviews.data?.find(({ state }) => state === 'open');
  if (!open) return null;
  return (
    <div className={classes.notice} role="status">
      <IconClipboardCheck aria-hidden size={20} stroke={1.6} />
      <p>
        <strong>{open.overdue ? 'The access review is overdue.' : 'An access review is open.'}</strong>{' '}
        {format.count(open.decided)} of {format.plural(open.accounts, 'account')} decided,{' '}
        {open.overdue ? 'it was due' : 'due'} {format.day(open.dueAt)}.
      </p>
      <Button
        component={Link}
        to={`${tenantPath(id, 'security')}?part=reviews`}
        size="compact-sm"
        variant="default"
      >
        See the review
      </Button>
    </div>
  );
}
