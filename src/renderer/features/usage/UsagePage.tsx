import { Anchor, Select } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { Id, QueryOutcome } from '../../../contract';
import { tenantPath, useTenant, useTenantApi } from '../../app/tenant';
import {
  DataTable,
  EmptyState,
  ErrorNotice,
  format,
  More,
  modelName,
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
  const filter = readFilter(search);
  const { from, to } = filter;
  const usage = useInfiniteQuery(
    query.usage.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
  );
  const events = usage.data?.pages.flatMap((page) => page.events);
  const choose = (name: 'outcome' | 'model' | 'person', value: string | null) => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
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
        actions={<Filters filter={filter} onChoose={choose} />}
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
                Choose any outcome, model and person, or go back to the Overview and choose a longer period.
              </EmptyState>
            }
          />
          <More list={usage} />
        </Section>
      )}
    </>
  );
}

interface FiltersProps {
  filter: ReturnType<typeof readFilter>;
  onChoose: (name: 'outcome' | 'model' | 'person', value: string | null) => void;
}

/** Chooses an outcome, a model and a person; those with usage in the span stand to choose from. */
function Filters({ filter: { from, to, outcome, model, person }, onChoose }: FiltersProps) {
  const { query } = useTenantApi();
  const groups = useQuery(query.usage.groups.queryOptions({ input: { from, to } })).data;
  const models = groups?.models.map((each) => ({
    value: each.model,
    label: `${modelName(each.model)} (${format.count(each.queries)})`,
  }));
  const people = groups?.people.map((each) => ({
    value: each.person,
    label: `${each.name} (${format.count(each.queries)})`,
  }));
  return (
    <>
      <Select
        aria-label="Outcome"
        placeholder="Any outcome"
        clearable
        value={outcome}
        onChange={(value) => onChoose('outcome', value)}
        data={QueryOutcome.options.map((value) => ({ value, label: QUERY_OUTCOMES[value].label }))}
      />
      <Select
        aria-label="Model"
        placeholder="Any model"
        clearable
        searchable
        value={model}
        onChange={(value) => onChoose('model', value)}
        data={withChosen(models, model, model && modelName(model))}
      />
      <Select
        aria-label="Asked by"
        placeholder="Anybody"
        clearable
        searchable
        value={person}
        onChange={(value) => onChoose('person', value)}
        data={withChosen(people, person, 'Nobody in this span')}
      />
    </>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

/** The choices with what is chosen among them, also when it has no usage in the span. */
function withChosen(
  options: readonly Option[] | undefined,
  chosen: string | null,
  label: string | null,
): Option[] {
  const known = options ?? [];
  if (chosen === null || label === null || known.some(({ value }) => value === chosen)) return [...known];
  return [...known, { value: chosen, label: options ? label : '…' }];
}

function readFilter(search: URLSearchParams) {
  const to = Number(search.get('to')) || Math.ceil(Date.now() / 60_000) * 60_000;
  const from = Number(search.get('from')) || to - DAY_MS;
  const outcome = QueryOutcome.safeParse(search.get('outcome'));
  const person = Id.safeParse(search.get('person'));
  return {
    from,
    to,
    outcome: outcome.success ? outcome.data : null,
    model: search.get('model') || null,
    person: person.success ? person.data : null,
  };
}
