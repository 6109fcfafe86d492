import { Drawer, Select, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconLink, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type AuditEventView, type AuditFilter, AuditOutcome } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorNotice,
  format,
  Identifier,
  KeyValueList,
  More,
  RelativeTime,
  Section,
  Status,
  type StatusTone,
} from '../../ui';
import { ExportMenu } from './ExportMenu';
import classes from './isolation.module.css';
import { isWhole, SpanInputs, spanOf, type TypedSpan } from './SpanInputs';

const PAGE = 50;
const TYPING_MS = 250;

const OUTCOMES: Record<AuditEventView['outcome'], { tone: StatusTone; label: string }> = {
  intent: { tone: 'idle', label: 'Intent' },
  done: { tone: 'ok', label: 'Done' },
  failed: { tone: 'bad', label: 'Failed' },
  refused: { tone: 'warn', label: 'Refused' },
};

type Typed = TypedSpan & Pick<AuditFilter, 'actor' | 'event' | 'target' | 'outcome'>;

const ALL: Typed = { actor: '', event: '', target: '', outcome: null, from: '', to: '' };

/** The tenant's audit chain, newest first: each event carries the hash of all before it. */
export function AuditSection() {
  const { query, client } = useTenantApi();
  const [shown, setShown] = useState<AuditEventView | null>(null);
  const [typed, setTyped] = useState(ALL);
  const [{ from, to, ...asked }] = useDebouncedValue(typed, TYPING_MS);
  const filter: AuditFilter = { ...asked, ...spanOf({ from, to }) };
  const audit = useInfiniteQuery({
    ...query.isolation.audit.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
    placeholderData: keepPreviousData,
  });
  const columns = useMemo(() => columnsFor(setShown), []);
  const events = audit.data?.pages.flatMap((page) => page.events);
  if (audit.isError && !events) {
    return (
      <ErrorNotice error={audit.error} doing="The audit events could not be read." onRetry={audit.refetch} />
    );
  }
  return (
    <Section
      title="Audit events"
      unit={events && `${format.count(events.length)}${audit.hasNextPage ? ' newest' : ''}`}
      description="A chain: the hash of each event covers all before it, so that none can be changed or left out unseen. No event holds a word of a conversation."
      padding="flush"
      actions={
        <ExportMenu
          name="audit"
          label="Export the audit events"
          open={(as, signal) => client.isolation.exportAudit({ ...filter, format: as }, { signal })}
        />
      }
    >
      <Filters typed={typed} onType={setTyped} />
      <DataTable
        label="Audit events"
        columns={columns}
        rows={events}
        rowKey={({ sequence }) => String(sequence)}
        maxHeight={520}
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
      <More list={audit} />
      <Drawer
        opened={shown !== null}
        onClose={() => setShown(null)}
        position="right"
        size={460}
        title={shown ? `Audit event ${format.count(shown.sequence)}` : ''}
      >
        {shown && <EventDetails event={shown} />}
      </Drawer>
    </Section>
  );
}

function Filters({ typed, onType }: { typed: Typed; onType: (typed: Typed) => void }) {
  const text = (field: 'actor' | 'event' | 'target', label: string, placeholder: string) => (
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
      {text('actor', 'Actor', 'Name or id')}
      {text('event', 'Event', 'user.signed-in')}
      {text('target', 'Target', 'Any part of it')}
      <Select
        label="Outcome"
        placeholder="Any"
        clearable
        value={typed.outcome}
        onChange={(outcome) => onType({ ...typed, outcome })}
        data={AuditOutcome.options.map((value) => ({ value, label: OUTCOMES[value].label }))}
      />
      <SpanInputs span={typed} onSpan={(span) => onType({ ...typed, ...span })} />
    </search>
  );
}

function columnsFor(onShow: (event: AuditEventView) => void): readonly Column<AuditEventView>[] {
  return [
    {
      key: 'sequence',
      header: 'No.',
      align: 'right',
      hideBelow: 'sm',
      render: ({ sequence }) => format.count(sequence),
    },
    { key: 'at', header: 'When', render: ({ at }) => <RelativeTime at={at} /> },
    {
      key: 'event',
      header: 'Event',
      render: (event) => (
        <UnstyledButton className={classes.open} onClick={() => onShow(event)}>
          {event.event}
        </UnstyledButton>
      ),
    },
    {
      key: 'actor',
      header: 'Actor',
      hideBelow: 'md',
      render: ({ actor, actorName }) => (
        <span className={classes.who} title={actor}>
          {actorName}
        </span>
      ),
    },
    {
      key: 'target',
      header: 'Target',
      hideBelow: 'lg',
      render: ({ target }) => <span className={classes.who}>{target ?? '–'}</span>,
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

function EventDetails({ event }: { event: AuditEventView }) {
  const details = Object.entries(event.detail);
  return (
    <>
      <KeyValueList
        items={[
          { label: 'Event', value: <span className="mono">{event.event}</span> },
          { label: 'When', value: format.exactTime(event.at) },
          { label: 'Actor', value: event.actorName },
          { label: 'In the chain', value: <Identifier value={event.actor} label="actor in the chain" /> },
          { label: 'Target', value: event.target ?? <span className="muted">none</span> },
          { label: 'Outcome', value: <Status {...OUTCOMES[event.outcome]} /> },
          { label: 'Hash', value: <Identifier value={event.hash} label="hash of the event" /> },
          {
            label: 'Hash before',
            value: <Identifier value={event.previousHash} label="hash of the event before" />,
          },
        ]}
      />
      {details.length > 0 && (
        <>
          <h3 className={classes.heading}>Detail</h3>
          <KeyValueList
            items={details.map(([label, value]) => ({
              label,
              value: <span className="mono">{String(value)}</span>,
            }))}
          />
        </>
      )}
    </>
  );
}
