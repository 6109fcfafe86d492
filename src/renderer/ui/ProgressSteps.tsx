import {
  IconArrowBackUp,
  IconCheck,
  IconCircle,
  IconLoader2,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import { duration } from './format';
import classes from './ProgressSteps.module.css';

export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'undone';

export interface ProgressStep {
  name: string;
  title: string;
  state: StepState;
  milliseconds?: number | null;
}

const STATES: Record<StepState, { icon: TablerIcon; word: string }> = {
  waiting: { icon: IconCircle, word: 'waiting' },
  running: { icon: IconLoader2, word: 'running' },
  done: { icon: IconCheck, word: 'done' },
  failed: { icon: IconX, word: 'failed' },
  undone: { icon: IconArrowBackUp, word: 'undone' },
};

/** The steps of a long piece of work: which are done, which runs, how long each took. */
export function ProgressSteps({ label, steps }: { label: string; steps: readonly ProgressStep[] }) {
  return (
    <ol className={classes.steps} aria-label={label} aria-live="polite">
      {steps.map((step) => {
        const { icon: Icon, word } = STATES[step.state];
        return (
          <li key={step.name} data-state={step.state}>
            <span className={classes.mark}>
              <Icon aria-hidden size={14} stroke={2.2} />
            </span>
            <span className={classes.title}>{step.title}</span>
            <span className={classes.word}>
              {word}
              {typeof step.milliseconds === 'number' && `, ${duration(step.milliseconds)}`}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
