import { Button, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconReceipt2, IconRefresh } from '@tabler/icons-react';
import { ERRORS, ErrorCode, type Message, type Source } from '../../../contract';
import { format, placeLabel, QUERY_OUTCOMES, RelativeTime, Status } from '../../ui';
import { AnswerText } from './AnswerText';
import type { Inspected } from './Inspector';
import classes from './Message.module.css';
import { answererOf, modelWords, type TenantModel } from './models';
import { ExtractiveNotice, NoSourcesNotice, StarterNotice } from './Notices';
import { SourceList } from './SourceList';
import { supportWords } from './supportWords';

/** What somebody asked, as they typed it. */
export function Question({ text }: { text: string }) {
  return (
    <article className={classes.question} aria-label="Question">
      {text}
    </article>
  );
}

export interface AnswerProps {
  message: Message;
  models: readonly TenantModel[];
  /** Whether it is the newest: only that one is commented on. */
  newest: boolean;
  onInspect: (inspected: Inspected) => void;
  onSource: (source: Source) => void;
  /** Asks the question of this answer once more. */
  onAgain?: () => void;
}

/** An answer as it is kept: its text with citations and marks, its sources, what became of it, its receipt. */
export function Answer({ message, models, newest, onInspect, onSource, onAgain }: AnswerProps) {
  const { text, sources, support, outcome, receipt } = message;
  return (
    <article className={classes.answer} aria-label="Answer">
      {text && <AnswerText text={text} sources={sources} support={support} onSource={onSource} />}
      {outcome && outcome !== 'answered' && (
        <Ending message={message} onAgain={newest ? onAgain : undefined} />
      )}
      <SupportSummary support={support} />
      <SourceList sources={sources} onSource={onSource} />
      {newest && text && <Comment message={message} models={models} />}
      <div className={classes.foot}>
        {text && <CopyAnswer text={text} />}
        {receipt && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            leftSection={<IconReceipt2 aria-hidden size={14} />}
            onClick={() => onInspect({ kind: 'receipt', receipt })}
          >
            Receipt
          </Button>
        )}
        {receipt && (
          <span className={classes.facts}>
            {[
              modelWords(receipt.model),
              placeLabel(receipt.place),
              format.duration(receipt.totalMs),
              format.money(receipt.cost),
            ].join(' · ')}
          </span>
        )}
        <span className={classes.when}>
          <RelativeTime at={message.at} />
        </span>
      </div>
    </article>
  );
}

function CopyAnswer({ text }: { text: string }) {
  return (
    <CopyButton value={text} timeout={1500}>
      {({ copied, copy }) => (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={copied ? <IconCheck aria-hidden size={14} /> : <IconCopy aria-hidden size={14} />}
          onClick={copy}
        >
          {copied ? 'Copied' : 'Copy answer'}
        </Button>
      )}
    </CopyButton>
  );
}

function SupportSummary({ support }: { support: Message['support'] }) {
  const words = supportWords(support);
  if (!words) return null;
  return (
    <Tooltip
      multiline
      w={360}
      label="Each sentence is held against the passages the model was given: word by word and number by number. That compares words, not meaning: a sentence can use the words of a source and still be wrong. Headings, lead-ins and repetitions are not compared."
    >
      <div className={classes.support}>
        <Status {...words} />
      </div>
    </Tooltip>
  );
}

function Comment({ message, models }: { message: Message; models: readonly TenantModel[] }) {
  const answerer = answererOf(message.receipt, models);
  if (answerer === 'extractive') return <ExtractiveNotice />;
  return (
    <>
      {message.sources.length === 0 && <NoSourcesNotice />}
      {answerer === 'starter' && <StarterNotice />}
    </>
  );
}

/** What became of an answer that did not come to its end, and what to do. */
function Ending({ message, onAgain }: { message: Message; onAgain?: () => void }) {
  const code = ErrorCode.safeParse(message.problem);
  const words = code.success ? ERRORS[code.data] : null;
  const stopped = message.outcome === 'stopped';
  return (
    <div className={classes.ending} role="note">
      {message.outcome && <Status {...QUERY_OUTCOMES[message.outcome]} />}
      <span className={classes.endingWords}>
        {stopped
          ? 'You stopped this answer. What was used until then is metered.'
          : (words && `${words.title} ${words.next}`) || 'The answer did not come to its end.'}
      </span>
      {onAgain && (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconRefresh aria-hidden size={14} />}
          onClick={onAgain}
        >
          Ask again
        </Button>
      )}
    </div>
  );
}
