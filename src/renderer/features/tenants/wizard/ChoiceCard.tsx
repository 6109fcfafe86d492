import { Radio } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './wizard.module.css';

interface ChoiceCardProps {
  value: string;
  /** The accessible name of the choice. */
  label: string;
  title?: ReactNode;
  children?: ReactNode;
  aside?: ReactNode;
  disabled?: boolean;
}

/** One of several choices as a card; all of it can be clicked. Stands in a `Radio.Group`. */
export function ChoiceCard({ value, label, title = label, children, aside, disabled }: ChoiceCardProps) {
  return (
    <Radio.Card value={value} aria-label={label} disabled={disabled} className={classes.choice}>
      <Radio.Indicator size="xs" disabled={disabled} className={classes.indicator} />
      <span className={classes.choiceWords}>
        <span className={classes.choiceTitle}>{title}</span>
        {children && <span className={classes.choiceText}>{children}</span>}
      </span>
      {aside && <span className={classes.choiceAside}>{aside}</span>}
    </Radio.Card>
  );
}
