import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconBuildings, IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { TenantState } from '../../../contract';
import { installation } from '../../app/api';
import { tenantPath } from '../../app/tenant';
import {
  DataTable,
  EmptyState,
  ErrorNotice,
  format,
  More,
  PageHeader,
  Section,
  TENANT_STATES,
} from '../../ui';
import { TENANT_COLUMNS } from './columns';
import classes from './tenants.module.css';

const PAGE = 100;
const SORTS = ['name', 'created', 'queries', 'cost'] as const;
type Sort = (typeof SORTS)[number];
const REFRESH_MS = 15_000;

/** All tenants at a glance: state, health, use and cost. */
export function TenantsPage() {
  const [params, setParams] = useSearchParams();
  const [typed, setTyped] = useState(params.get('search') ?? '');
  const [search] = useDebouncedValue(typed.trim(), 150);
  const state = TenantState.safeParse(params.get('state')).data ?? null;
  const sort = SORTS.find((each) => each === params.get('sort')) ?? 'name';
  const set = (key: string, value: string | null) => {
    const next = new URLSearchParams(params);
    if (value) next.set(key, value);
    else next.delete(key);
    setParams(next, { replace: true });
  };
  const list = useInfiniteQuery(
    installation.query.tenants.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ search, state, sort, limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
      placeholderData: keepPreviousData,
      refetchInterval: REFRESH_MS,
    }),
  );
  const tenants = list.data?.pages.flatMap((page) => page.tenants);
  const total = list.data?.pages.at(-1)?.total;
  const filtered = search !== '' || state !== null;

  return (
    <>
      <PageHeader
        title="Tenants"
        description="Every organisation on this installation, with its last 24 hours."
        actions={
          <Button component={Link} to="/tenants/new" leftSection={<IconPlus size={16} />}>
            Create tenant
          </Button>
        }
      />
      {list.isError && !list.data ? (
        <ErrorNotice error={list.error} doing="The tenants could not be listed." onRetry={list.refetch} />
      ) : (
        <Section
          title={filtered ? 'Found' : 'All tenants'}
          unit={total === undefined ? undefined : format.count(total)}
          padding="flush"
          actions={
            <Filters
              typed={typed}
              onType={setTyped}
              state={state}
              onState={(value) => set('state', value)}
              sort={sort}
              onSort={(value) => set('sort', value)}
            />
          }
        >
          <DataTable
            label="Tenants"
            columns={TENANT_COLUMNS}
            rows={tenants}
            rowKey={(tenant) => tenant.id}
            rowTo={(tenant) => tenantPath(tenant.id)}
            sorting={{ by: sort, direction: sort === 'name' ? 'ascending' : 'descending' }}
            onSort={(by) => set('sort', by)}
            maxHeight="calc(100vh - 190px)"
            skeletonRows={10}
            empty={<NoTenants filtered={filtered} />}
          />
          <More list={list}>
            <span className="muted">
              {format.count(tenants?.length ?? 0)} of {format.count(total ?? 0)} are shown.
            </span>
          </More>
        </Section>
      )}
    </>
  );
}

interface FiltersProps {
  typed: string;
  onType: (value: string) => void;
  state: TenantState | null;
  onState: (value: string | null) => void;
  sort: Sort;
  onSort: (value: string | null) => void;
}

function Filters({ typed, onType, state, onState, sort, onSort }: FiltersProps) {
  return (
    <div className={classes.filters}>
      <TextInput
        type="search"
        aria-label="Search tenants"
        placeholder="Name or domain"
        leftSection={<IconSearch size={15} />}
        value={typed}
        onChange={(event) => onType(event.currentTarget.value)}
      />
      <Select
        aria-label="State"
        placeholder="Any state"
        clearable
        value={state}
        onChange={onState}
        data={TenantState.options.map((value) => ({ value, label: TENANT_STATES[value].label }))}
      />
      <Select
        aria-label="Sort by"
        allowDeselect={false}
        value={sort}
        onChange={onSort}
        data={[
          { value: 'name', label: 'By name' },
          { value: 'created', label: 'Newest first' },
          { value: 'queries', label: 'Most queries' },
          { value: 'cost', label: 'Highest cost' },
        ]}
      />
    </div>
  );
}

function NoTenants({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <EmptyState icon={IconSearch} title="No tenant matches">
        Look for another part of its name or domain, or choose any state.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={IconBuildings}
      title="No tenant yet"
      actions={
        <Button component={Link} to="/tenants/new" leftSection={<IconPlus size={16} />}>
          Create the first tenant
        </Button>
      }
    >
      A tenant is one organisation with its own encrypted database, key, documents and policy. Creating one
      takes a minute.
    </EmptyState>
  );
}
