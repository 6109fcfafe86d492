import { Anchor, Select } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { QueryOutcome } from '../../../contract';
import { tenantPath, useTenant, useTenantApi } from '../../app/tenant';
import {
  DataTable,
  EmptyState,
  ErrorNotice,
  format,
  More,
  PageHeader,
  QUERY_OUTCOMES,
  Section,
} from '../../ui';
import { USAGE_COLUMNS } from './columns';

const PAGE = 100;
const DAY_MS = 24 * 3_600_000;

/** The usage events that a figure is made of; the filter stands in the address. */
export function UsagePage() {
  const tenant = useTenant();
  const { query } = useTenantApi();
  const [search, setSearch] = useSearchParams();
  const { from, to, outcome } = readFilter(search);
  const usage = useInfiniteQuery(
    query.usage.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ from, to, outcome, limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
  );
  const events = usage.data?.pages.flatMap((page) => page.events);
  const setOutcome = (value: string | null) => {
    const next = new URLSearchParams(search);
    if (value) next.set('outcome', value);
    else next.delete('outcome');
    setSearch(next, { replace: true });
  };

  return (
    <>
      <PageHeader
        order={2}
        title="Usage"
        description={
          <>
            Every query from {format.shortTime(from)} to {format.shortTime(to)}, as it was metered.{' '}
            <Anchor component={Link} to={tenantPath(tenant.id, 'overview')} size="sm" underline="always">
              Back to Overview
            </Anchor>
          </>
        }
        actions={
          <Select
            aria-label="Outcome"
            placeholder="Any outcome"
            clearable
            value={outcome}
            onChange={setOutcome}
            data={QueryOutcome.options.map((value) => ({ value, label: QUERY_OUTCOMES[value].label }))}
          />
        }
      />
      {usage.isError && !events ? (
        <ErrorNotice
          error={usage.error}
          doing="The usage events could not be read."
          onRetry={usage.refetch}
        />
      ) : (
        <Section
          title="Usage events"
          unit={events && `${format.count(events.length)}${usage.hasNextPage ? ' newest' : ''}`}
          padding="flush"
        >
          <DataTable
            label="Usage events"
            columns={USAGE_COLUMNS}
            rows={events}
            rowKey={(event) => event.id}
            maxHeight="calc(100vh - 300px)"
            skeletonRows={12}
            empty={
              <EmptyState icon={IconListSearch} title="No query in this span">
                Choose another outcome, or go back to the Overview and choose a longer period.
              </EmptyState>
            }
          />
          <More list={usage} />
        </Section>
      )}
    </>
  );
}

function readFilter(search: URLSearchParams) {
  const to = Number(search.get('to')) || Math.ceil(Date.now() / 60_000) * 60_000;
  const from = Number(search.get('from')) || to - DAY_MS;
  const outcome = QueryOutcome.safeParse(search.get('outcome'));
  return { from, to, outcome: outcome.success ? outcome.data : null };
}
