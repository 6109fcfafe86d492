import { ActionIcon, Drawer } from '@mantine/core';
import { useDisclosure, useDocumentTitle } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconMessages, IconPlus } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Conversation } from '../../../contract';
import { problemOf } from '../../ui';
import classes from './assistant.module.css';
import { Composer } from './Composer';
import { type Asked, ConversationDialogs } from './ConversationDialogs';
import { ConversationList, EntryMenu } from './ConversationList';
import { type Inspected, Inspector } from './Inspector';
import { useTenantModels } from './models';
import { useTop } from './scrolling';
import { ThreadView } from './ThreadView';
import { type Thread, useThread } from './useThread';

/** The tenant's own chat: the person's conversations, and answers with sources and receipts. */
export function AssistantPage() {
  useDocumentTitle('Assistant · RISCURA Console');
  const thread = useThread();
  const { models, failed: modelsFailed } = useTenantModels();
  const page = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useTop(page);
  const [draft, setDraft] = useState('');
  const [inspected, inspect] = useState<Inspected | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [listOpen, list] = useDisclosure(false);
  const { selected, select, live } = thread;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the list has done its work when another is chosen
  useEffect(list.close, [selected]);

  const begin = useCallback(() => {
    select(null);
    thread.dismiss();
    list.close();
    field.current?.focus();
  }, [select, thread.dismiss, list.close]);
  const stop = () =>
    thread.stop().catch((error: unknown) => {
      const { title, detail } = problemOf(error);
      notifications.show({ color: 'red', title, message: detail.reason ?? detail.next });
    });
  const entries = (
    <ConversationList
      selected={selected}
      onNew={begin}
      onRename={(conversation) => setAsked({ act: 'rename', conversation })}
      onDelete={(conversation) => setAsked({ act: 'delete', conversation })}
    />
  );

  return (
    <div className={classes.page} ref={page}>
      <h2 className="visually-hidden">Assistant</h2>
      <aside className={classes.side} aria-label="Your conversations">
        {entries}
      </aside>
      <Drawer opened={listOpen} onClose={list.close} size={300} title="Conversations">
        {entries}
      </Drawer>
      <div className={classes.thread}>
        <Head
          conversation={thread.reading.data?.conversation}
          title={headline(thread)}
          onList={list.open}
          onNew={begin}
          onAsked={setAsked}
        />
        <ThreadView
          thread={thread}
          models={models}
          onInspect={inspect}
          onExample={(question) => {
            setDraft(question);
            field.current?.focus();
          }}
        />
        <div className={classes.ask}>
          <Composer
            field={field}
            draft={draft}
            onDraft={setDraft}
            models={models}
            modelsFailed={modelsFailed}
            answering={live !== null && live.phase !== 'failed'}
            stopping={live?.phase === 'stopping'}
            onAsk={thread.ask}
            onStop={stop}
          />
        </div>
      </div>
      <Inspector inspected={inspected} onClose={() => inspect(null)} />
      <ConversationDialogs
        asked={asked}
        onClose={() => setAsked(null)}
        onDeleted={(id) => id === selected && select(null)}
      />
      <Announcer thread={thread} />
    </div>
  );
}

function headline({ selected, reading, live }: Thread): string {
  if (selected === null) return 'New conversation';
  return reading.data?.conversation.title ?? live?.accepted?.title ?? '';
}

interface HeadProps {
  conversation: Conversation | undefined;
  title: string;
  onList: () => void;
  onNew: () => void;
  onAsked: (asked: Asked) => void;
}

function Head({ conversation, title, onList, onNew, onAsked }: HeadProps) {
  return (
    <div className={classes.head}>
      <ActionIcon
        className={classes.narrow}
        variant="subtle"
        color="gray"
        size={36}
        aria-label="Show conversations"
        onClick={onList}
      >
        <IconMessages size={18} />
      </ActionIcon>
      <h3 className={classes.headline}>{title}</h3>
      {conversation && (
        <EntryMenu
          conversation={conversation}
          onRename={(each) => onAsked({ act: 'rename', conversation: each })}
          onDelete={(each) => onAsked({ act: 'delete', conversation: each })}
        />
      )}
      <ActionIcon
        className={classes.narrow}
        variant="subtle"
        color="gray"
        size={36}
        aria-label="Begin a new conversation"
        onClick={onNew}
      >
        <IconPlus size={18} />
      </ActionIcon>
    </div>
  );
}

/** Tells a screen reader that an answer has begun and, once, what it says; not every token. */
function Announcer({ thread: { live, finished } }: { thread: Thread }) {
  const words =
    live && live.phase !== 'failed'
      ? 'The answer is being written.'
      : finished
        ? `The answer is finished. ${finished.text}`
        : '';
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {words}
    </p>
  );
}
