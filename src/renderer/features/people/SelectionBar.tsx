import { Button, Group } from '@mantine/core';
import { useGranted } from '../../app/session';
import { format } from '../../ui';
import type { Asked } from './ChangePeople';
import classes from './people.module.css';
import { CHANGE_WORDS } from './words';

interface SelectionBarProps {
  /** The ids of those who are chosen. */
  chosen: readonly string[];
  shown: number;
  onAll: () => void;
  onNone: () => void;
  onAsk: (asked: Asked) => void;
}

/** What can be done about all who are chosen. */
export function SelectionBar({ chosen, shown, onAll, onNone, onAsk }: SelectionBarProps) {
  const mayGiveRoles = useGranted('access.manage');
  const kinds = (['role', 'disable', 'enable', 'remove'] as const).filter(
    (kind) => kind !== 'role' || mayGiveRoles,
  );
  return (
    <div className={classes.selection} role="toolbar" aria-label="The people who are chosen">
      <span role="status">
        {format.count(chosen.length)} of {format.count(shown)} chosen
      </span>
      <Group gap="xs">
        {kinds.map((kind) => (
          <Button
            key={kind}
            size="compact-sm"
            variant="default"
            disabled={chosen.length === 0}
            onClick={() => onAsk({ kind, ids: chosen })}
          >
            {CHANGE_WORDS[kind].action}
          </Button>
        ))}
      </Group>
      <Group gap="xs" ml="auto">
        <Button size="compact-sm" variant="subtle" disabled={chosen.length === shown} onClick={onAll}>
          Choose all shown
        </Button>
        <Button size="compact-sm" variant="subtle" disabled={chosen.length === 0} onClick={onNone}>
          Choose none
        </Button>
      </Group>
    </div>
  );
}
