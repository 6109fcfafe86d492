import { Button } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import classes from './settings.module.css';

interface ConflictNoticeProps {
  /** What somebody else changed and you see differently, in words. */
  differing: readonly string[];
  onTheirs: () => void;
  onMine: () => void;
}

/** Says that somebody else saved meanwhile, what differs, and lets the person decide. */
export function ConflictNotice({ differing, onTheirs, onMine }: ConflictNoticeProps) {
  return (
    <div role="alert" className={classes.conflict}>
      <IconUsers aria-hidden size={18} />
      <div>
        <strong>Somebody else saved while you were editing.</strong>
        <p>
          {differing.length > 0
            ? `Yours differs from what is there now in: ${differing.join(', ')}. Nothing of yours is saved yet.`
            : 'What is there now is the same as yours.'}
        </p>
        <div className={classes.conflictActions}>
          <Button size="xs" variant="default" onClick={onTheirs}>
            Take theirs
          </Button>
          <Button size="xs" onClick={onMine}>
            Keep mine and save
          </Button>
        </div>
      </div>
    </div>
  );
}
