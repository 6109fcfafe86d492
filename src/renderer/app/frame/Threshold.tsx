import { ActionIcon, Title, Tooltip } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconMoon, IconSun } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Brand } from './Brand';
import classes from './Threshold.module.css';
import { useScheme } from './useScheme';

interface ThresholdProps {
  title: string;
  description: ReactNode;
  children: ReactNode;
}

/** The page before the console: one card with the brand above it. */
export function Threshold({ title, description, children }: ThresholdProps) {
  useDocumentTitle(`${title} · RISCURA Console`);
  const { dark, toggle } = useScheme();
  const words = dark ? 'Light theme' : 'Dark theme';
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <Brand />
        <Tooltip label={words}>
          <ActionIcon variant="subtle" color="gray" size={32} aria-label={words} onClick={toggle}>
            {dark ? <IconSun size={17} /> : <IconMoon size={17} />}
          </ActionIcon>
        </Tooltip>
      </header>
      <main className={classes.card}>
        <Title order={1} size="h1">
          {title}
        </Title>
        <div className={classes.description}>{description}</div>
        {children}
      </main>
    </div>
  );
}
