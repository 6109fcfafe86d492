import { IconNetworkOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { EgressAttempt } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import {
  type Column,
  DataTable,
  EGRESS_DECISIONS,
  EmptyState,
  ErrorNotice,
  format,
  More,
  RelativeTime,
  Section,
  Status,
} from '../../ui';
import classes from './isolation.module.css';

const PAGE = 50;

const COLUMNS: readonly Column<EgressAttempt>[] = [
  { key: 'at', header: 'When', render: ({ at }) => <RelativeTime at={at} /> },
  {
    key: 'decision',
    header: 'Decision',
    render: ({ decision }) => <Status {...EGRESS_DECISIONS[decision]} />,
  },
  {
    key: 'host',
    header: 'Destination',
    render: ({ host, port }) => (
      <span className="mono">
        {host}:{port}
      </span>
    ),
  },
  { key: 'purpose', header: 'Purpose', hideBelow: 'md', render: ({ purpose }) => purpose },
  {
    key: 'rule',
    header: 'Rule that decided',
    hideBelow: 'sm',
    render: ({ rule }) => <span className={classes.rule}>{rule}</span>,
  },
];

/** Every attempt of the tenant to open a connection, allowed or not, with the rule that decided. */
export function LedgerSection() {
  const { query } = useTenantApi();
  const ledger = useInfiniteQuery(
    query.isolation.ledger.infiniteOptions({
      input: (cursor: string | undefined) => ({ limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
  );
  const attempts = ledger.data?.pages.flatMap((page) => page.attempts);
  if (ledger.isError && !attempts) {
    return (
      <ErrorNotice
        error={ledger.error}
        doing="The egress ledger could not be read."
        onRetry={ledger.refetch}
      />
    );
  }
  return (
    <Section
      title="Egress ledger"
      unit={attempts && `${format.count(attempts.length)}${ledger.hasNextPage ? ' newest' : ''}`}
      description="Every attempt of this tenant to open a connection, also those that were refused."
      padding="flush"
    >
      <DataTable
        label="Egress ledger"
        columns={COLUMNS}
        rows={attempts}
        rowKey={({ id }) => id}
        maxHeight={440}
        empty={
          <EmptyState icon={IconNetworkOff} title="No attempt yet">
            Nothing of this tenant has tried to open a connection: models on this machine need none.
          </EmptyState>
        }
      />
      <More list={ledger} />
    </Section>
  );
}
