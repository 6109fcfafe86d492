import { ActionIcon, Button, Menu, TextInput } from '@mantine/core';
import { useDebouncedValue, useIntersection } from '@mantine/hooks';
import { IconDots, IconPencil, IconPlus, IconSearch, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import type { Conversation } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, RelativeTime, SkeletonLine, useNow } from '../../ui';
import classes from './ConversationList.module.css';
import { groupByAge } from './groupByAge';

const PAGE = 40;
const TYPING_MS = 200;

export interface ConversationListProps {
  selected: string | null;
  onNew: () => void;
  onRename: (conversation: Conversation) => void;
  onDelete: (conversation: Conversation) => void;
}

/** The person's own conversations, newest first, with search. */
export function ConversationList({ selected, onNew, onRename, onDelete }: ConversationListProps) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  return (
    <div className={classes.list}>
      <div className={classes.tools}>
        <Button fullWidth variant="default" leftSection={<IconPlus aria-hidden size={16} />} onClick={onNew}>
          New conversation
        </Button>
        <TextInput
          type="search"
          aria-label="Search conversations"
          placeholder="Search conversations"
          leftSection={<IconSearch aria-hidden size={15} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
      <Entries search={search} selected={selected} onRename={onRename} onDelete={onDelete} />
    </div>
  );
}

function Entries({
  search,
  selected,
  onRename,
  onDelete,
}: Omit<ConversationListProps, 'onNew'> & { search: string }) {
  const { query } = useTenantApi();
  const now = useNow();
  const list = useInfiniteQuery(
    query.assistant.conversations.infiniteOptions({
      input: (cursor: string | undefined) => ({ search, limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
      placeholderData: (before) => before,
    }),
  );
  const { ref, entry } = useIntersection();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const reached = entry?.isIntersecting === true;
  useEffect(() => {
    if (reached && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [reached, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (list.isError && !list.data) {
    return (
      <ErrorNotice error={list.error} doing="The conversations could not be read." onRetry={list.refetch} />
    );
  }
  if (!list.data) return <ListSkeleton />;
  const conversations = list.data.pages.flatMap((page) => page.conversations);
  if (conversations.length === 0) {
    return (
      <p className={classes.none}>
        {search ? 'No conversation holds all of these words.' : 'Your conversations will stand here.'}
      </p>
    );
  }
  return (
    <nav aria-label="Conversations" className={classes.entries}>
      {groupByAge(conversations, now).map(({ title, items }) => (
        <section key={title} aria-label={title}>
          <h3 className={classes.age}>{title}</h3>
          <ul>
            {items.map((conversation) => (
              <li
                key={conversation.id}
                className={classes.entry}
                data-selected={conversation.id === selected || undefined}
              >
                <Link
                  to={`?conversation=${conversation.id}`}
                  aria-current={conversation.id === selected ? 'page' : undefined}
                  className={classes.link}
                >
                  <span className="truncate">{conversation.title}</span>
                  <span className={classes.when}>
                    <RelativeTime at={conversation.updatedAt} />
                  </span>
                </Link>
                <EntryMenu conversation={conversation} onRename={onRename} onDelete={onDelete} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {hasNextPage && (
        <div ref={ref} className={classes.more}>
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            Show more
          </Button>
        </div>
      )}
    </nav>
  );
}

type EntryMenuProps = Pick<ConversationListProps, 'onRename' | 'onDelete'> & { conversation: Conversation };

/** What can be done with a conversation. */
export function EntryMenu({ conversation, onRename, onDelete }: EntryMenuProps) {
  return (
    <Menu position="bottom-end" width={168} shadow="md" transitionProps={{ duration: 100 }}>
      <Menu.Target>
        <ActionIcon
          className={classes.menu}
          variant="subtle"
          color="gray"
          size={28}
          aria-label={`Actions for ${conversation.title}`}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil aria-hidden size={16} />} onClick={() => onRename(conversation)}>
          Rename…
        </Menu.Item>
        <Menu.Item
          color="var(--rc-bad)"
          leftSection={<IconTrash aria-hidden size={16} />}
          onClick={() => onDelete(conversation)}
        >
          Delete…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function ListSkeleton() {
  return (
    <div className={classes.skeleton} aria-busy="true">
      {['82%', '64%', '74%', '52%', '70%', '60%'].map((width) => (
        <SkeletonLine key={width} width={width} />
      ))}
    </div>
  );
}
