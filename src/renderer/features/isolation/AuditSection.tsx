import { Drawer, UnstyledButton } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { AuditEventView } from '../../../contract';
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
import classes from './isolation.module.css';

const PAGE = 50;

const OUTCOMES: Record<AuditEventView['outcome'], { tone: StatusTone; label: string }> = {
  intent: { tone: 'idle', label: 'Intent' },
  done: { tone: 'ok', label: 'Done' },
  failed: { tone: 'bad', label: 'Failed' },
  refused: { tone: 'warn', label: 'Refused' },
};

/** The tenant's audit chain, newest first: each event carries the hash of all before it. */
export function AuditSection() {
  const { query } = useTenantApi();
  const [shown, setShown] = useState<AuditEventView | null>(null);
  const audit = useInfiniteQuery(
    query.isolation.audit.infiniteOptions({
      input: (cursor: string | undefined) => ({ limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
  );
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
    >
      <DataTable
        label="Audit events"
        columns={columns}
        rows={events}
        rowKey={({ sequence }) => String(sequence)}
        maxHeight={520}
        empty={<EmptyState icon={IconLink} title="The chain is empty" />}
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
      render: ({ actor }) => <span className={classes.who}>{actor}</span>,
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
          { label: 'Actor', value: event.actor },
          { label: 'Target', value: event.target ?? <span className="muted">none</span> },
          { label: 'Outcome', value: <Status {...OUTCOMES[event.outcome]} /> },
          { label: 'Hash', value: <Identifier value={event.hash} label="hash of the event" /> },
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
