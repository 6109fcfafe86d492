import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { PeopleFilter, PeopleSort, SortDirection } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { DataTable, EmptyState, ErrorNotice, ExportMenu, format, Meter, More, Section } from '../../ui';
import { PEOPLE_COLUMNS } from './columns';
import { Filters, type TypedFilter } from './Filters';
import classes from './people.module.css';

const PAGE = 50;
const TYPING_MS = 200;
const FIELDS = ['search', 'role', 'state', 'origin'] as const;

/** What is asked for, out of the address: a part that is not known is left open. */
function filterFrom(typed: TypedFilter): PeopleFilter {
  const { role, state, origin } = PeopleFilter.shape;
  return {
    search: typed.search.trim(),
    role: role.safeParse(typed.role).data ?? null,
    state: state.safeParse(typed.state).data ?? null,
    origin: origin.safeParse(typed.origin).data ?? null,
  };
}

/** The list of people, with its filter, its order and the room of the plan. */
export function PeopleSection({ onInvite }: { onInvite: (() => void) | null }) {
  const { client, query } = useTenantApi();
  const [params, setParams] = useSearchParams();
  const [typed, setTyped] = useState(
    () =>
      Object.fromEntries(FIELDS.map((field) => [field, params.get(field) ?? ''])) as unknown as TypedFilter,
  );
  const [asked] = useDebouncedValue(typed, TYPING_MS);
  const filter = filterFrom(asked);
  const sort = PeopleSort.safeParse(params.get('sort')).data ?? 'name';
  const direction = SortDirection.safeParse(params.get('direction')).data ?? 'ascending';

  const write = (next: Record<string, string>) =>
    setParams(Object.fromEntries(Object.entries(next).filter(([, value]) => value !== '')), {
      replace: true,
    });
  const order = { sort, direction };
  const onType = (next: TypedFilter) => {
    setTyped(next);
    write({ ...next, ...order });
  };
  const onSort = (by: string) => {
    const turned = by === sort && direction === 'ascending' ? 'descending' : 'ascending';
    write({ ...typed, sort: by, direction: turned });
  };

  const list = useInfiniteQuery({
    ...query.people.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, ...order, limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
    placeholderData: keepPreviousData,
  });
  const people = list.data?.pages.flatMap((page) => page.people);
  const newest = list.data?.pages.at(-1);
  if (list.isError && !people) {
    return <ErrorNotice error={list.error} doing="The people could not be read." onRetry={list.refetch} />;
  }
  const isFiltered = Object.values(filter).some((value) => value !== null && value !== '');
  return (
    <div className={classes.page}>
      {newest && (
        <div className={classes.seats}>
          <Meter
            label="People of the plan"
            used={newest.seats.used}
            limit={newest.seats.limit}
            format={format.count}
          />
        </div>
      )}
      <Section
        title={isFiltered ? 'Found' : 'People'}
        unit={newest && format.count(newest.total)}
        padding="flush"
        actions={
          <ExportMenu
            name="people"
            label="Export the people"
            open={(as, signal) => client.people.exportList({ ...filter, ...order, format: as }, { signal })}
          />
        }
      >
        <Filters typed={typed} onType={onType} />
        <DataTable
          label="People"
          columns={PEOPLE_COLUMNS}
          rows={people}
          rowKey={({ id }) => id}
          sorting={{ by: sort, direction }}
          onSort={onSort}
          maxHeight="calc(100vh - 300px)"
          empty={isFiltered ? <NoneFound /> : <NobodyYet onInvite={onInvite} />}
        />
        <More list={list}>
          <span className="muted">
            {format.count(people?.length ?? 0)} of {format.count(newest?.total ?? 0)} are shown.
          </span>
        </More>
      </Section>
    </div>
  );
}

function NoneFound() {
  return (
    <EmptyState icon={IconSearch} title="Nobody matches">
      Look for another part of a name or address, or choose any role and state.
    </EmptyState>
  );
}

function NobodyYet({ onInvite }: { onInvite: (() => void) | null }) {
  return (
    <EmptyState
      icon={IconUsers}
      title="Nobody is here yet"
      actions={
        onInvite && (
          <Button leftSection={<IconUserPlus size={16} />} onClick={onInvite}>
            Invite
          </Button>
        )
      }
    >
      Invite people one by one, or let them come by the directory of your organisation.
    </EmptyState>
  );
}
