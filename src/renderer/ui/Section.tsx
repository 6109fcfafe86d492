import { Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useSectionLevel } from './level';
import classes from './Section.module.css';

export interface SectionProps {
  title: string;
  /** The unit or scope of what is shown, after the title. */
  unit?: string;
  description?: ReactNode;
  actions?: ReactNode;
  /** `flush` lets a table reach the edges. */
  padding?: 'normal' | 'flush';
  children: ReactNode;
}

/** A panel with a title: the unit a page is laid out in. */
export function Section({ title, unit, description, actions, padding = 'normal', children }: SectionProps) {
  const id = useId();
  const level = useSectionLevel();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div className={classes.head}>
        <div className={classes.words}>
          <Title order={level} size="h3" id={id}>
            {title}
            {unit && <span className={classes.unit}> {unit}</span>}
          </Title>
          {description && <div className={classes.description}>{description}</div>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      <div className={classes.body} data-padding={padding}>
        {children}
      </div>
    </section>
  );
}
