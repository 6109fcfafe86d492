import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconLink, IconSearch, IconX } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { type AuditEventView, AuditOutcome } from '../../../contract';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorNotice,
  ExportMenu,
  format,
  Identifier,
  isWhole,
  More,
  Section,
  SpanInputs,
  Status,
  spanOf,
} from '../../ui';
import { useAuditApi } from './AuditApi';
import classes from './audit.module.css';
import { OUTCOMES, originWords } from './words';

const PAGE = 50;
const TYPING_MS = 250;

const FIELDS = ['actor', 'event', 'target', 'source', 'outcome', 'from', 'to'] as const;
type Typed = Record<(typeof FIELDS)[number], string>;

/** The filter stands in the address: what was looked for can be linked to, and followed. */
function typedFrom(params: URLSearchParams): Typed {
  return Object.fromEntries(FIELDS.map((field) => [field, params.get(field) ?? ''])) as Typed;
}

/** The events, newest first, with a filter of who, what, on what, from where, outcome and when. */
export function AuditEvents() {
  const { client, query, path, name } = useAuditApi();
  const [params, setParams] = useSearchParams();
  const [typed, setTyped] = useState(() => typedFrom(params));
  const [asked] = useDebouncedValue(typed, TYPING_MS);
  const address = params.toString();
  useEffect(() => setTyped(typedFrom(new URLSearchParams(address))), [address]);
  const change = (next: Typed) => {
    setTyped(next);
    setParams(Object.fromEntries(Object.entries(next).filter(([, value]) => value !== '')), {
      replace: true,
    });
  };
  const { from, to, outcome, ...texts } = asked;
  const known = AuditOutcome.safeParse(outcome);
  const filter = { ...texts, outcome: known.success ? known.data : null, ...spanOf({ from, to }) };
  const list = useInfiniteQuery({
    ...query.events.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
    placeholderData: keepPreviousData,
  });
  const columns = useMemo(() => columnsFor(path, address), [path, address]);
  const events = list.data?.pages.flatMap((page) => page.events);
  if (list.isError && !events) {
    return (
      <ErrorNotice error={list.error} doing="The audit events could not be read." onRetry={list.refetch} />
    );
  }
  return (
    <Section
      title="Events"
      unit={events && `${format.count(events.length)}${list.hasNextPage ? ' newest' : ''}`}
      description="No event holds a word of a conversation; people are kept by id and their names are looked up."
      padding="flush"
      actions={
        <ExportMenu
          name={`${name}-events`}
          label="Export the audit events"
          open={(as, signal) => client.exportEvents({ ...filter, format: as }, { signal })}
        />
      }
    >
      <Filters typed={typed} onType={change} />
      <DataTable
        label="Audit events"
        columns={columns}
        rows={events}
        rowKey={({ sequence }) => String(sequence)}
        rowTo={({ sequence }) => eventPath(path, sequence, address)}
        maxHeight={620}
        empty={
          isWhole(filter) ? (
            <EmptyState icon={IconLink} title="The chain is empty" />
          ) : (
            <EmptyState icon={IconSearch} title="No event matches">
              Ask for less: a shorter part of a name, any outcome, or a longer span.
            </EmptyState>
          )
        }
      />
      <More list={list} />
    </Section>
  );
}

/** The address of an event, with the filter that leads back to the list. */
export function eventPath(path: string, sequence: number, filter: string): string {
  return `${path}/${sequence}${filter ? `?${filter}` : ''}`;
}

function Filters({ typed, onType }: { typed: Typed; onType: (typed: Typed) => void }) {
  const text = (field: 'actor' | 'event' | 'target' | 'source', label: string, placeholder: string) => (
    <TextInput
      label={label}
      placeholder={placeholder}
      maxLength={120}
      value={typed[field]}
      onChange={(event) => onType({ ...typed, [field]: event.currentTarget.value })}
    />
  );
  return (
    <search className={classes.filters} aria-label="Filter of the audit events">
      {text('actor', 'Who', 'Name or id')}
      {text('event', 'What', 'user.signed-in')}
      {text('target', 'On what', 'Conversation, document, …')}
      {text('source', 'From where', 'Session, window, API key, job')}
      <Select
        label="Outcome"
        placeholder="Any"
        clearable
        value={typed.outcome || null}
        onChange={(outcome) => onType({ ...typed, outcome: outcome ?? '' })}
        data={AuditOutcome.options.map((value) => ({ value, label: OUTCOMES[value].label }))}
      />
      <SpanInputs span={typed} onSpan={(span) => onType({ ...typed, ...span })} />
      {!isWhole(typed) && (
        <Button
          variant="default"
          className={classes.clear}
          leftSection={<IconX aria-hidden size={15} />}
          onClick={() => onType(typedFrom(new URLSearchParams()))}
        >
          Clear
        </Button>
      )}
    </search>
  );
}

function columnsFor(path: string, filter: string): readonly Column<AuditEventView>[] {
  return [
    {
      key: 'sequence',
      header: 'No.',
      align: 'right',
      hideBelow: 'sm',
      render: ({ sequence }) => format.count(sequence),
    },
    {
      key: 'at',
      header: 'When',
      render: ({ at }) => <time dateTime={new Date(at).toISOString()}>{format.secondTime(at)}</time>,
    },
    {
      key: 'event',
      header: 'What',
      render: ({ event, sequence }) => (
        <Link className={classes.open} to={eventPath(path, sequence, filter)}>
          {event}
        </Link>
      ),
    },
    {
      key: 'actor',
      header: 'Who',
      hideBelow: 'md',
      render: ({ actor, actorName }) => (
        <span className={classes.who} title={actor}>
          {actorName}
        </span>
      ),
    },
    {
      key: 'target',
      header: 'On what',
      hideBelow: 'lg',
      render: ({ target }) => <span className={classes.who}>{target ?? '–'}</span>,
    },
    {
      key: 'from',
      header: 'From where',
      hideBelow: 'lg',
      render: ({ origin }) => (
        <span className={classes.who} title={origin.from ?? undefined}>
          {originWords(origin)}
        </span>
      ),
    },
    { key: 'outcome', header: 'Outcome', render: ({ outcome }) => <Status {...OUTCOMES[outcome]} /> },
    {
      key: 'hash',
      header: 'Hash',
      hideBelow: 'lg',
      render: ({ hash }) => <Identifier value={hash} label="hash of the event" shorten={6} />,
    },
  ];
}
