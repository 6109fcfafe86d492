import { Button } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useCallback, useEffect, useRef } from 'react';
import type { Message, Source } from '../../../contract';
import { ErrorNotice, SkeletonLine } from '../../ui';
import { questionAgain } from './askAgain';
import classes from './assistant.module.css';
import type { Inspected } from './Inspector';
import { LiveMessage } from './LiveMessage';
import message from './Message.module.css';
import { Answer, Question } from './Messages';
import type { TenantModel } from './models';
import { useStickToEnd } from './scrolling';
import type { Thread } from './useThread';
import { Welcome } from './Welcome';

interface ThreadViewProps {
  thread: Thread;
  models: readonly TenantModel[];
  onInspect: (inspected: Inspected) => void;
  onExample: (question: string) => void;
}

/** The messages of a conversation, kept at their end while an answer grows, until the person scrolls up. */
export function ThreadView({ thread, models, onInspect, onExample }: ThreadViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { away, toEnd } = useStickToEnd(scroller, content);
  const { selected, live } = thread;
  const asked = live?.asked ?? null;
  // Another conversation or a new question begins at the end; what greets a new one at its beginning.
  useEffect(() => {
    if (selected !== null || asked !== null) toEnd();
  }, [toEnd, selected, asked]);

  return (
    <div className={classes.viewport}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={classes.scroller} ref={scroller} aria-label="Messages" tabIndex={0}>
        <div className={classes.column} ref={content}>
          <Body thread={thread} models={models} onInspect={onInspect} onExample={onExample} />
        </div>
      </section>
      {away && (
        <Button
          className={classes.toEnd}
          size="xs"
          variant="default"
          leftSection={<IconArrowDown aria-hidden size={14} />}
          onClick={toEnd}
        >
          To the newest
        </Button>
      )}
    </div>
  );
}

function Body({ thread, models, onInspect, onExample }: ThreadViewProps) {
  const { selected, reading, live } = thread;
  const onSource = useCallback((source: Source) => onInspect({ kind: 'source', source }), [onInspect]);
  const messages = selected === null ? [] : (reading.data?.messages ?? []);
  if (selected === null && !live) return <Welcome onExample={onExample} />;
  if (reading.isError && messages.length === 0 && !live) {
    return (
      <ErrorNotice
        error={reading.error}
        doing="The conversation could not be read."
        onRetry={reading.refetch}
        actions={
          <Button size="xs" variant="default" onClick={() => thread.select(null)}>
            New conversation
          </Button>
        }
      />
    );
  }
  if (!reading.data && !live) return <ThreadSkeleton />;

  const isKept = (id: string | undefined) => messages.some((each) => each.id === id);
  const answerId = live?.accepted?.answerId;
  const shown = live && live.phase !== 'failed' ? messages.filter(({ id }) => id !== answerId) : messages;
  return (
    <>
      {shown.map((each, index) =>
        each.role === 'question' ? (
          <Question key={each.id} text={each.text} />
        ) : (
          <Answer
            key={each.id}
            message={each}
            models={models}
            newest={!live && index === shown.length - 1}
            onInspect={onInspect}
            onSource={onSource}
            onAgain={againOf(shown, index, thread, models)}
          />
        ),
      )}
      {live?.asked && !isKept(live.accepted?.questionId) && <Question text={live.asked.content} />}
      {live && !(live.phase === 'failed' && isKept(answerId)) && (
        <LiveMessage
          live={live}
          asking={reading.isFetching}
          onSource={onSource}
          onAgain={() => live.asked && thread.ask(live.asked)}
          onDismiss={thread.dismiss}
        />
      )}
    </>
  );
}

function againOf(
  messages: readonly Message[],
  index: number,
  thread: Thread,
  models: readonly TenantModel[],
): (() => void) | undefined {
  const question = messages[index - 1];
  if (question?.role !== 'question') return undefined;
  const receipt = messages[index]?.receipt ?? null;
  return () => thread.ask(questionAgain(question.text, receipt, models, thread.askedAs(question.id)));
}

function ThreadSkeleton() {
  return (
    <div className={message.answer} aria-busy="true">
      <SkeletonLine width="36%" />
      <SkeletonLine width="82%" />
      <SkeletonLine width="74%" />
      <SkeletonLine width="58%" />
    </div>
  );
}
