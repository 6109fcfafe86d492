import { Button } from '@mantine/core';
import { format, Status } from '../../ui';
import classes from './documents.module.css';
import { FILE_ICON as Icon } from './kinds';
import type { Upload } from './useUploads';

interface UploadListProps {
  uploads: readonly Upload[];
  onRetry: (upload: Upload) => void;
  onDismiss: (id: number) => void;
}

/** The files that are on their way, and those that did not arrive, with the reason. */
export function UploadList({ uploads, onRetry, onDismiss }: UploadListProps) {
  return (
    <ul className={classes.uploads} aria-label="Files being added" aria-live="polite">
      {uploads.map((upload) => (
        <li key={upload.id} data-state={upload.state}>
          <Icon aria-hidden size={18} stroke={1.6} />
          <span className={classes.uploadWords}>
            <span className={classes.uploadName}>{upload.file.name}</span>
            <span className="muted tabular">{format.bytes(upload.file.size)}</span>
            {upload.problem && <span className={classes.problem}>{upload.problem}</span>}
          </span>
          {upload.state === 'waiting' && <Status tone="idle" label="Waiting" />}
          {upload.state === 'sending' && <Status tone="busy" label="Sending" />}
          {upload.state === 'failed' && (
            <>
              <Status tone="bad" label="Not added" />
              {upload.again && (
                <Button size="compact-xs" variant="default" onClick={() => onRetry(upload)}>
                  Try again
                </Button>
              )}
              <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onDismiss(upload.id)}>
                Dismiss
              </Button>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
