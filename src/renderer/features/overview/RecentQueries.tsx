import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Overview } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { DataTable, ErrorNotice, Section } from '../../ui';
import { USAGE_COLUMNS } from '../usage/columns';
import { usagePath } from './links';

const SHOWN = 8;

/** The newest usage events of the period. */
export function RecentQueries({ tenantId, overview }: { tenantId: string; overview: Overview }) {
  const { query } = useTenantApi();
  const { from, to } = overview;
  const usage = useQuery(
    query.usage.list.queryOptions({ input: { from, to, limit: SHOWN }, placeholderData: (before) => before }),
  );
  return (
    <Section
      title="Recent queries"
      padding="flush"
      actions={
        <Anchor component={Link} to={usagePath(tenantId, { from, to })} size="sm">
          All of them
        </Anchor>
      }
    >
      {usage.isError ? (
        <ErrorNotice
          error={usage.error}
          doing="The usage events could not be read."
          onRetry={usage.refetch}
        />
      ) : (
        <DataTable
          label="Recent queries"
          columns={USAGE_COLUMNS}
          rows={usage.data?.events}
          rowKey={(event) => event.id}
          rowTo={(event) => usagePath(tenantId, { from: event.at, to: event.at + 1 })}
          skeletonRows={SHOWN}
        />
      )}
    </Section>
  );
}
