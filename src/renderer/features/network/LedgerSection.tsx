import { IconNetworkOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { installation } from '../../app/api';
import {
  DataTable,
  EGRESS_DECISIONS,
  EmptyState,
  ErrorNotice,
  More,
  RelativeTime,
  Section,
  Status,
} from '../../ui';

const PAGE = 50;

/** Every attempt of the installation itself to open a connection, allowed or not. */
export function LedgerSection() {
  const ledger = useInfiniteQuery(
    installation.query.network.ledger.infiniteOptions({
      input: (cursor: string | undefined) => ({ limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
  );
  const attempts = ledger.data?.pages.flatMap((page) => page.attempts);
  if (ledger.isError && !attempts) {
    return (
      <ErrorNotice error={ledger.error} doing="The ledger could not be read." onRetry={ledger.refetch} />
    );
  }
  return (
    <Section
      title="Ledger"
      description="Every attempt of the installation itself to open a connection, newest first."
      padding="flush"
    >
      <DataTable
        label="Connection attempts"
        rows={attempts}
        rowKey={(attempt) => attempt.id}
        maxHeight={480}
        empty={
          <EmptyState icon={IconNetworkOff} title="No attempt yet">
            Nothing has tried to open a connection.
          </EmptyState>
        }
        columns={[
          { key: 'at', header: 'When', render: (attempt) => <RelativeTime at={attempt.at} /> },
          {
            key: 'decision',
            header: 'Decision',
            render: (attempt) => <Status {...EGRESS_DECISIONS[attempt.decision]} />,
          },
          {
            key: 'host',
            header: 'Host',
            render: (attempt) => (
              <span className="mono">
                {attempt.host}:{attempt.port}
              </span>
            ),
          },
          { key: 'purpose', header: 'Purpose', hideBelow: 'sm', render: (attempt) => attempt.purpose },
          { key: 'rule', header: 'Rule', hideBelow: 'md', render: (attempt) => attempt.rule },
        ]}
      />
      <More list={ledger} />
    </Section>
  );
}
