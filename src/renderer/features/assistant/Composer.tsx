import { ActionIcon, Button, Switch, Textarea } from '@mantine/core';
import { IconArrowUp, IconPlayerStopFilled } from '@tabler/icons-react';
import { type KeyboardEvent, type RefObject, useState } from 'react';
import type { Question } from './askAgain';
import classes from './Composer.module.css';
import { ModelPicker } from './ModelPicker';
import type { TenantModel } from './models';

const MOST_CHARACTERS = 32_000;

export interface ComposerProps {
  field: RefObject<HTMLTextAreaElement | null>;
  draft: string;
  onDraft: (draft: string) => void;
  models: readonly TenantModel[];
  modelsFailed: boolean;
  /** Whether an answer is being made, so that it can be stopped. */
  answering: boolean;
  stopping: boolean;
  onAsk: (asked: Question) => void;
  onStop: () => void;
}

/** Where a question is typed: Enter sends, Shift and Enter begins a new line. */
export function Composer(props: ComposerProps) {
  const { field, draft, onDraft, models, modelsFailed, answering, stopping, onAsk, onStop } = props;
  const [model, setModel] = useState<string | null>(null);
  const [useKnowledge, setUseKnowledge] = useState(true);
  const question = draft.trim();

  const send = () => {
    if (!question || answering) return;
    onAsk({ content: question, options: { useKnowledge, ...(model && { modelOverride: model }) } });
    onDraft('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className={classes.composer}
      aria-label="Ask a question"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        ref={field}
        aria-label="Question"
        placeholder="Ask a question"
        variant="unstyled"
        autosize
        minRows={1}
        maxRows={8}
        maxLength={MOST_CHARACTERS}
        value={draft}
        onChange={(event) => onDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        classNames={{ input: classes.input }}
      />
      <div className={classes.tools}>
        <Switch
          size="xs"
          label="Use documents"
          checked={useKnowledge}
          onChange={(event) => setUseKnowledge(event.currentTarget.checked)}
        />
        <ModelPicker models={models} failed={modelsFailed} value={model} onChange={setModel} />
        <span className={classes.hint}>Enter sends, Shift + Enter begins a new line</span>
        {answering ? (
          <Button
            size="xs"
            variant="default"
            aria-label="Stop answer"
            leftSection={<IconPlayerStopFilled aria-hidden size={14} />}
            loading={stopping}
            onClick={onStop}
          >
            Stop
          </Button>
        ) : (
          <ActionIcon type="submit" size={32} aria-label="Send question" disabled={!question}>
            <IconArrowUp size={18} />
          </ActionIcon>
        )}
      </div>
    </form>
  );
}
