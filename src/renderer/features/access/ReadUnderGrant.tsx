import { Button, Drawer } from '@mantine/core';
import { IconMessages } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BreakGlassGrant } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { DataTable, EmptyState, ErrorNotice, format, RelativeTime, Section, SkeletonPanel } from '../../ui';
import classes from './access.module.css';

const PAGE = 50;

/** The conversations of everybody, for an operator with a grant. Each look is in the tenant's audit trail. */
export function ReadUnderGrant({ grant }: { grant: BreakGlassGrant }) {
  const { query } = useTenantApi();
  const [opened, setOpened] = useState<{ id: string; title: string } | null>(null);
  const list = useInfiniteQuery(
    query.breakGlass.conversations.infiniteOptions({
      input: (cursor: string | undefined) => ({ grant: grant.id, limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
    }),
  );
  const rows = list.data?.pages.flatMap((page) => page.conversations);
  if (list.isError && !rows) {
    return <ErrorNotice error={list.error} doing="The conversations could not be read." />;
  }
  return (
    <Section
      title="Conversations"
      description="Each look is written down in the audit trail of the tenant before anything is shown."
      padding="flush"
    >
      <DataTable
        label="Conversations of everybody"
        rows={rows}
        rowKey={({ id }) => id}
        maxHeight={440}
        empty={<EmptyState icon={IconMessages} title="Nobody has asked anything yet" />}
        columns={[
          { key: 'title', header: 'Title', render: ({ title }) => title },
          { key: 'owner', header: 'Of', render: ({ owner }) => owner },
          {
            key: 'messages',
            header: 'Messages',
            align: 'right',
            render: ({ messages }) => format.count(messages),
          },
          {
            key: 'at',
            header: 'Last',
            hideBelow: 'sm',
            render: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
          },
          {
            key: 'act',
            header: 'Actions',
            headerHidden: true,
            align: 'right',
            render: ({ id, title }) => (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Read ${title}`}
                onClick={() => setOpened({ id, title })}
              >
                Read
              </Button>
            ),
          },
        ]}
      />
      {list.hasNextPage && (
        <Button m="sm" variant="default" onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
      <Drawer
        opened={opened !== null}
        onClose={() => setOpened(null)}
        position="right"
        size={560}
        title={opened?.title ?? ''}
      >
        {opened && <Words grant={grant.id} id={opened.id} />}
      </Drawer>
    </Section>
  );
}

function Words({ grant, id }: { grant: string; id: string }) {
  const { query } = useTenantApi();
  const conversation = useQuery(
    query.breakGlass.read.queryOptions({
      input: { grant, id },
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
    }),
  );
  if (conversation.isError) {
    return <ErrorNotice error={conversation.error} doing="The conversation could not be read." />;
  }
  if (!conversation.data) return <SkeletonPanel lines={6} />;
  return conversation.data.messages.map(({ id: key, role, text, at }) => (
    <div key={key} className={classes.message}>
      <p className={classes.speaker}>
        {role === 'question' ? 'Question' : 'Answer'}, {format.exactTime(at)}
      </p>
      {text}
    </div>
  ));
}
