import { ActionIcon, Popover } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './FieldHelp.module.css';

export interface FieldHelpProps {
  /** What the help is about, for the name of the button. */
  about: string;
  children: ReactNode;
}

/** A question mark beside a label that explains it on demand, by mouse, touch and keyboard. */
export function FieldHelp({ about, children }: FieldHelpProps) {
  return (
    <Popover width={300} position="top" withArrow shadow="md">
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size={20} aria-label={`Help: ${about}`}>
          <IconHelpCircle size={14} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className={classes.help}>{children}</Popover.Dropdown>
    </Popover>
  );
}
