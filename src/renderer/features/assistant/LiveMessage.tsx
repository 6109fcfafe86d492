import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import type { Source } from '../../../contract';
import { ErrorNotice, format, problemOf, SkeletonLine, Status } from '../../ui';
import { AnswerText } from './AnswerText';
import type { Live } from './liveAnswer';
import classes from './Message.module.css';
import { modelWords, whereWords } from './models';
import { SourceList } from './SourceList';

interface LiveMessageProps {
  live: Live;
  /** Whether the engine is being asked what became of an answer whose stream broke off. */
  asking: boolean;
  onSource: (source: Source) => void;
  onAgain: () => void;
  onDismiss: () => void;
}

/** The answer while it is being made: who makes it and where, then the text as it comes. */
export function LiveMessage({ live, asking, onSource, onAgain, onDismiss }: LiveMessageProps) {
  if (live.phase === 'failed' && asking && problemOf(live.error).code === 'HOST_RESTARTING') {
    return (
      <article className={classes.answer} aria-label="Answer" aria-busy="true">
        <div className={classes.route}>
          <Status tone="busy" label="Asking the engine what became of this answer" />
        </div>
        {live.text && <AnswerText text={live.text} sources={live.sources} onSource={onSource} />}
      </article>
    );
  }
  if (live.phase === 'failed') {
    return (
      <article className={classes.answer} aria-label="Answer">
        {live.text && <AnswerText text={live.text} sources={live.sources} onSource={onSource} />}
        <ErrorNotice
          error={live.error}
          doing="The question was not answered."
          actions={
            <>
              {live.asked && (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconRefresh aria-hidden size={14} />}
                  onClick={onAgain}
                >
                  Ask again
                </Button>
              )}
              <Button size="xs" variant="subtle" color="gray" onClick={onDismiss}>
                Dismiss
              </Button>
            </>
          }
        />
      </article>
    );
  }
  return (
    <article className={classes.answer} aria-label="Answer" aria-busy="true">
      <div className={classes.route}>
        <Status tone="busy" label={stageOf(live)} />
      </div>
      {live.text ? (
        <AnswerText text={live.text} sources={live.sources} onSource={onSource} />
      ) : (
        <div aria-hidden>
          <SkeletonLine width="78%" />
          <SkeletonLine width="64%" />
          <SkeletonLine width="40%" />
        </div>
      )}
      <SourceList sources={live.sources} onSource={onSource} />
    </article>
  );
}

function stageOf(live: Live): string {
  if (live.phase === 'stopping') return 'Stopping';
  if (live.route) return `${modelWords(live.route.model)} ${whereWords(live.route.place)}`;
  if (live.waiting !== null) return `Waiting for the model, position ${format.count(live.waiting)}`;
  if (live.sources.length > 0) return `Read ${format.plural(live.sources.length, 'passage')}`;
  return live.phase === 'sending' ? 'Sending' : 'Looking through the documents';
}
