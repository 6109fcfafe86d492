import { Button } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import classes from './settings.module.css';

interface SaveBarProps {
  dirty: boolean;
  saving: boolean;
  /** The words on the button: `Save answers`. */
  action: string;
  onDiscard: () => void;
}

/** Stands under a form that was changed, until it is saved or the changes are discarded. */
export function SaveBar({ dirty, saving, action, onDiscard }: SaveBarProps) {
  return (
    <div role="status" className={classes.saveBar} data-shown={dirty || undefined}>
      {dirty && (
        <>
          <span className={classes.unsaved}>
            <IconPencil aria-hidden size={15} /> Unsaved changes
          </span>
          <Button variant="default" onClick={onDiscard} disabled={saving}>
            Discard
          </Button>
          <Button type="submit" loading={saving}>
            {action}
          </Button>
        </>
      )}
    </div>
  );
}
