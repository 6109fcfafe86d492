import { Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconNetworkOff, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EgressAttempt, LedgerFilter } from '../../../contract';
import { useTenant, useTenantApi } from '../../app/tenant';
import {
  type Column,
  DataTable,
  EGRESS_DECISIONS,
  EmptyState,
  ErrorNotice,
  ExportMenu,
  format,
  isWhole,
  More,
  modelName,
  placeLabel,
  RelativeTime,
  Section,
  SpanInputs,
  Status,
  spanOf,
  type TypedSpan,
} from '../../ui';
import classes from './isolation.module.css';

const PAGE = 50;
const TYPING_MS = 250;

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
  {
    key: 'place',
    header: 'Processed on',
    hideBelow: 'md',
    render: ({ place }) => (place ? placeLabel(place) : <span className="muted">not recorded</span>),
  },
  { key: 'purpose', header: 'Purpose', hideBelow: 'lg', render: ({ purpose }) => purpose },
  {
    key: 'model',
    header: 'Model',
    hideBelow: 'lg',
    render: ({ model }) => (model ? <span title={model}>{modelName(model)}</span> : '–'),
  },
  {
    key: 'rule',
    header: 'Rule that decided',
    hideBelow: 'sm',
    render: ({ rule }) => <span className={classes.rule}>{rule}</span>,
  },
];

interface Typed extends TypedSpan {
  readonly decision: LedgerFilter['decision'];
  readonly host: string;
}

const ALL: Typed = { decision: null, host: '', from: '', to: '' };

/** Every attempt of the tenant to open a connection, allowed or not, with the rule that decided. */
export function LedgerSection() {
  const { query, client } = useTenantApi();
  const { domain } = useTenant();
  const [typed, setTyped] = useState(ALL);
  const [{ decision, host, ...span }] = useDebouncedValue(typed, TYPING_MS);
  const filter: LedgerFilter = { decision, host: host.trim().toLowerCase(), ...spanOf(span) };
  const ledger = useInfiniteQuery({
    ...query.isolation.ledger.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
    placeholderData: keepPreviousData,
  });
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
      actions={
        <ExportMenu
          name={`egress-ledger-${domain}`}
          label="Export the egress ledger"
          open={(as, signal) => client.isolation.exportLedger({ ...filter, format: as }, { signal })}
        />
      }
    >
      <search className={classes.filters} aria-label="Filter of the egress ledger">
        <Select
          label="Decision"
          placeholder="Any"
          clearable
          value={typed.decision}
          onChange={(value) => setTyped({ ...typed, decision: value })}
          data={(['allowed', 'refused'] as const).map((value) => ({
            value,
            label: EGRESS_DECISIONS[value].label,
          }))}
        />
        <TextInput
          label="Host"
          placeholder="Any part of it"
          value={typed.host}
          onChange={(event) => setTyped({ ...typed, host: event.currentTarget.value })}
        />
        <SpanInputs span={typed} onSpan={(next) => setTyped({ ...typed, ...next })} />
      </search>
      <DataTable
        label="Egress ledger"
        columns={COLUMNS}
        rows={attempts}
        rowKey={({ id }) => id}
        maxHeight={440}
        empty={
          isWhole(filter) ? (
            <EmptyState icon={IconNetworkOff} title="No attempt yet">
              Nothing of this tenant has tried to open a connection: models on this machine need none.
            </EmptyState>
          ) : (
            <EmptyState icon={IconSearch} title="No attempt matches">
              Ask for less: another part of the host, any decision, or a longer span.
            </EmptyState>
          )
        }
      />
      <More list={ledger} />
    </Section>
  );
}
