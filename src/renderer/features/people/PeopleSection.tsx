import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { PeopleFilter, PeopleSort, SortDirection } from '../../../contract';
import { usePrincipal } from '../../app/session';
import { tenantPath, useTenant, useTenantApi } from '../../app/tenant';
import { DataTable, EmptyState, ErrorNotice, ExportMenu, format, Meter, More, Section } from '../../ui';
import { type Asked, ChangePeople } from './ChangePeople';
import { peopleColumns } from './columns';
import { Filters, type TypedFilter } from './Filters';
import { PersonDrawer } from './PersonDrawer';
import classes from './people.module.css';
import { SelectionBar } from './SelectionBar';

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
  const { personId } = useParams();
  const { id: tenantId } = useTenant();
  const navigate = useNavigate();
  const mayChange = usePrincipal().kind === 'member';
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [change, setChange] = useState<Asked | null>(null);
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
  const address = params.toString();
  const listPath = tenantPath(tenantId, 'users');
  const within = useCallback((path: string) => (address ? `${path}?${address}` : path), [address]);
  const pathOf = useCallback((id: string) => within(`${listPath}/${id}`), [within, listPath]);
  const toggle = useCallback(
    (id: string) =>
      setChosen((now) => {
        const next = new Set(now);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  const columns = useMemo(
    () => peopleColumns(pathOf, mayChange ? { chosen, toggle } : null),
    [pathOf, mayChange, chosen, toggle],
  );
  const people = list.data?.pages.flatMap((page) => page.people);
  const newest = list.data?.pages.at(-1);
  if (list.isError && !people) {
    return <ErrorNotice error={list.error} doing="The people could not be read." onRetry={list.refetch} />;
  }
  // Who is not shown any more is not changed unseen.
  const chosenShown = (people ?? []).map(({ id }) => id).filter((id) => chosen.has(id));
  const onDone = ({ kind, ids }: Asked) => {
    setChange(null);
    setChosen(new Set());
    if (kind === 'remove' && personId && ids.includes(personId)) void navigate(within(listPath));
  };
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
        {mayChange && people && people.length > 0 && (
          <SelectionBar
            chosen={chosenShown}
            shown={people.length}
            onAll={() => setChosen(new Set(people.map(({ id }) => id)))}
            onNone={() => setChosen(new Set())}
            onAsk={setChange}
          />
        )}
        <DataTable
          label="People"
          columns={columns}
          rows={people}
          rowKey={({ id }) => id}
          rowTo={({ id }) => pathOf(id)}
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
      <PersonDrawer id={personId} onClose={() => void navigate(within(listPath))} onAsk={setChange} />
      <ChangePeople asked={change} onClose={() => setChange(null)} onDone={onDone} />
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
