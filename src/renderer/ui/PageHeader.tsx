import { Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import classes from './PageHeader.module.css';

export interface PageHeaderProps {
  title: string;
  /** One sentence that says what the page answers. */
  description?: ReactNode;
  /** Status and the like, beside the title. */
  aside?: ReactNode;
  /** What can be done here, to the right. */
  actions?: ReactNode;
  /** `h2` below a header that has the `h1`. */
  order?: 1 | 2;
}

/** The head of a page: title, one sentence, actions. It also names the window, without secrets. */
export function PageHeader({ title, description, aside, actions, order = 1 }: PageHeaderProps) {
  useDocumentTitle(`${title} · RISCURA Console`);
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <div className={classes.title}>
          <Title order={order} size={order === 1 ? 'h1' : 'h2'}>
            {title}
          </Title>
          {aside}
        </div>
        {description && (
          <Text component="div" size="sm" c="dimmed">
            {description}
          </Text>
        )}
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}
