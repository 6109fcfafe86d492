import { Button, SegmentedControl } from '@mantine/core';
import { IconFilePlus, IconListDetails, IconMessage } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Overview, Period } from '../../../contract';
import { useGranted } from '../../app/session';
import { tenantPath, useTenant, useTenantApi } from '../../app/tenant';
import { ErrorNotice, format, PageHeader } from '../../ui';
import { ReviewNotice } from '../reviews';
import { Breakdown } from './Breakdown';
import { Charts } from './Charts';
import { KeyFigures } from './KeyFigures';
import { usagePath } from './links';
import { NoQueries } from './NoQueries';
import { OverviewSkeleton } from './OverviewSkeleton';
import classes from './overview.module.css';
import { PERIODS, usePeriod } from './period';
import { RecentQueries } from './RecentQueries';

/** The first page of a tenant: what was asked, how fast, at what cost, and whether anything left. */
export function OverviewPage() {
  const tenant = useTenant();
  const { query } = useTenantApi();
  const [period, setPeriod] = usePeriod();
  const overview = useQuery(
    query.overview.watch.experimental_liveOptions({ input: { period }, placeholderData: keepPreviousData }),
  );
  const { data } = overview;

  return (
    <>
      <PageHeader
        order={2}
        title="Overview"
        description={<Span overview={data} period={period} />}
        actions={
          <>
            <QuickActions tenantId={tenant.id} overview={data} />
            <SegmentedControl
              aria-label="Period"
              value={period}
              onChange={(value) => setPeriod(value as Period)}
              data={Object.entries(PERIODS).map(([value, words]) => ({ value, label: words.short }))}
            />
          </>
        }
      />
      <ReviewNotice />
      {overview.isError && !data ? (
        <ErrorNotice
          error={overview.error}
          doing="The key figures could not be read."
          onRetry={overview.refetch}
        />
      ) : data ? (
        <div className={classes.page} data-stale={overview.isPlaceholderData}>
          <Body tenantId={tenant.id} overview={data} />
        </div>
      ) : (
        <OverviewSkeleton />
      )}
    </>
  );
}

function Body({ tenantId, overview }: { tenantId: string; overview: Overview }) {
  const quiet = overview.queries.value === 0;
  return (
    <>
      {quiet ? (
        <NoQueries tenantId={tenantId} overview={overview} />
      ) : (
        <>
          <KeyFigures tenantId={tenantId} overview={overview} />
          <Charts tenantId={tenantId} overview={overview} />
        </>
      )}
      <Breakdown tenantId={tenantId} overview={overview} />
      {!quiet && <RecentQueries tenantId={tenantId} overview={overview} />}
    </>
  );
}

function Span({ overview, period }: { overview: Overview | undefined; period: Period }) {
  if (!overview) return <>In {PERIODS[period].last}</>;
  return (
    <>
      {format.shortTime(overview.from)} to {format.shortTime(overview.to)}, compared with{' '}
      {PERIODS[overview.period].before}
    </>
  );
}

function QuickActions({ tenantId, overview }: { tenantId: string; overview: Overview | undefined }) {
  const mayAsk = useGranted('ai.query');
  const mayAdd = useGranted('knowledge.manage');
  return (
    <>
      {mayAsk && (
        <Button
          component={Link}
          to={tenantPath(tenantId, 'assistant')}
          variant="default"
          leftSection={<IconMessage size={16} />}
        >
          Ask
        </Button>
      )}
      {mayAdd && (
        <Button
          component={Link}
          to={tenantPath(tenantId, 'documents')}
          variant="default"
          leftSection={<IconFilePlus size={16} />}
        >
          Add documents
        </Button>
      )}
      {overview && (
        <Button
          component={Link}
          to={usagePath(tenantId, { from: overview.from, to: overview.to })}
          variant="default"
          leftSection={<IconListDetails size={16} />}
        >
          Usage
        </Button>
      )}
    </>
  );
}
