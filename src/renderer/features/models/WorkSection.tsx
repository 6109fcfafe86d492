import { Button, Progress } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { ErrorNotice, format, Section, Status, type StatusTone } from '../../ui';
import classes from './models.module.css';
import { modelWork, type Work } from './modelWork';
import { useRunningJobs } from './useModels';

const STATES: Record<Work['state'], { tone: StatusTone; label: string }> = {
  running: { tone: 'busy', label: 'Running' },
  cancelling: { tone: 'busy', label: 'Cancelling' },
  done: { tone: 'ok', label: 'Ready' },
  cancelled: { tone: 'idle', label: 'Cancelled' },
  failed: { tone: 'bad', label: 'Failed' },
};

/** The stage of an import whose file a window is still sending. */
const RECEIVING = 'receiving';

/** The pulls and imports that run, and those of this window that ended, each with its progress and a way to cancel it. */
export function WorkSection() {
  useRunningJobs();
  const work = useSyncExternalStore(modelWork.subscribe, modelWork.snapshot);
  if (work.length === 0) return null;
  return (
    <Section title="Pulls and imports" description="They go on while you look at other pages.">
      <ul className={classes.work} aria-label="Pulls and imports">
        {work.map((each) => (
          <WorkItem key={each.key} work={each} />
        ))}
      </ul>
    </Section>
  );
}

function WorkItem({ work }: { work: Work }) {
  const { key, kind, name, state, error } = work;
  const runs = state === 'running' || state === 'cancelling';
  return (
    <li>
      <div className={classes.workHead}>
        <span className={classes.workName}>
          {kind === 'pull' ? 'Pull' : 'Import'} <strong>{name}</strong>
        </span>
        <Status {...STATES[state]} />
        {runs ? (
          <Button
            size="compact-xs"
            variant="default"
            loading={state === 'cancelling'}
            onClick={() => void modelWork.cancel(key)}
          >
            Cancel
          </Button>
        ) : (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => modelWork.dismiss(key)}>
            Dismiss
          </Button>
        )}
      </div>
      {runs && <WorkProgress work={work} />}
      {runs && work.found && work.stage === RECEIVING && (
        <p className={classes.workHint}>
          The window in which it was begun sends the file. If that window was closed or reloaded, nothing more
          will come: cancel it and import the file again.
        </p>
      )}
      {state === 'failed' && (
        <ErrorNotice
          error={error}
          doing={`${name} could not be ${kind === 'pull' ? 'pulled' : 'imported'}.`}
        />
      )}
    </li>
  );
}

function WorkProgress({ work: { name, stage, completedBytes, totalBytes } }: { work: Work }) {
  const known = completedBytes !== null && totalBytes !== null && totalBytes > 0;
  const share = known ? Math.min(1, completedBytes / totalBytes) : null;
  return (
    <>
      <Progress
        size="sm"
        value={share === null ? 100 : share * 100}
        striped={share === null}
        animated={share === null}
        aria-label={`Progress of ${name}`}
      />
      <div className={classes.workNote}>
        <span>{stage.charAt(0).toUpperCase() + stage.slice(1)}</span>
        {known && share !== null && (
          <span className="tabular">
            {format.bytes(completedBytes)} of {format.bytes(totalBytes)} · {format.percent(share)}
          </span>
        )}
      </div>
    </>
  );
}
