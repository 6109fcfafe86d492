import { Button, Progress } from '@mantine/core';
import { format, Status } from '../../ui';
import classes from './documents.module.css';
import { FILE_ICON as Icon } from './kinds';
import type { Upload, UploadProgress } from './useUploads';

interface UploadListProps {
  uploads: readonly Upload[];
  progress: UploadProgress | null;
  onRetry: (upload: Upload) => void;
  onDismiss: (id: number) => void;
  onCancel: (ids: readonly number[]) => void;
}

/** The files that are on their way, how much of them is there, and those that did not arrive, with the reason. */
export function UploadList({ uploads, progress, onRetry, onDismiss, onCancel }: UploadListProps) {
  const open = uploads.filter(({ state }) => state !== 'failed');
  return (
    <div className={classes.uploads}>
      {progress && (
        <div className={classes.uploadProgress}>
          <Progress
            aria-label="Bytes added"
            value={progress.totalBytes === 0 ? 0 : (progress.takenBytes / progress.totalBytes) * 100}
          />
          <span className="muted tabular">
            {format.bytes(progress.takenBytes)} of {format.bytes(progress.totalBytes)} added
          </span>
          {open.length > 1 && (
            <Button size="compact-xs" variant="default" onClick={() => onCancel(open.map(({ id }) => id))}>
              Cancel all
            </Button>
          )}
        </div>
      )}
      <ul aria-label="Files being added" aria-live="polite">
        {uploads.map((upload) => (
          <li key={upload.id} data-state={upload.state}>
            <Icon aria-hidden size={18} stroke={1.6} />
            <span className={classes.uploadWords}>
              <span className={classes.uploadName}>{upload.file.name}</span>
              <span className="muted tabular">{format.bytes(upload.file.size)}</span>
              {upload.problem && <span className={classes.problem}>{upload.problem}</span>}
            </span>
            <Standing upload={upload} onRetry={onRetry} onDismiss={onDismiss} onCancel={onCancel} />
          </li>
        ))}
      </ul>
    </div>
  );
}

type StandingProps = Pick<UploadListProps, 'onRetry' | 'onDismiss' | 'onCancel'> & { upload: Upload };

function Standing({ upload, onRetry, onDismiss, onCancel }: StandingProps) {
  const { id, file, state, again } = upload;
  if (state === 'failed') {
    return (
      <>
        <Status tone="bad" label="Not added" />
        {again && (
          <Button size="compact-xs" variant="default" onClick={() => onRetry(upload)}>
            Try again
          </Button>
        )}
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onDismiss(id)}>
          Dismiss
        </Button>
      </>
    );
  }
  return (
    <>
      {state === 'waiting' ? <Status tone="idle" label="Waiting" /> : <Status tone="busy" label="Sending" />}
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        aria-label={`Cancel ${file.name}`}
        onClick={() => onCancel([id])}
      >
        Cancel
      </Button>
    </>
  );
}
