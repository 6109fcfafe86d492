import { Button, Group, Menu, Progress } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { AuditFileFormat, AuditState, AuditVerification } from '../../../contract';
import {
  ErrorNotice,
  format,
  Identifier,
  KeyValueList,
  problemOf,
  RelativeTime,
  Section,
  SkeletonLine,
  Status,
  saveFile,
  useWaysOn,
} from '../../ui';
import { useAuditApi } from './AuditApi';
import classes from './audit.module.css';
import { CheckpointSheet } from './CheckpointSheet';

/** How the chain stands, its verification, and its files. */
export function ChainSection() {
  const { query, name } = useAuditApi();
  const [keeping, setKeeping] = useState(false);
  const state = useQuery(query.state.queryOptions({ input: {} }));
  const work = useWork(() => void state.refetch());
  return (
    <Section
      title="Chain"
      description="The hash of each event covers all before it, and a Merkle root over them is signed every few minutes."
      actions={
        <Group gap="xs">
          <Button
            size="xs"
            leftSection={<IconShieldCheck aria-hidden size={15} />}
            disabled={work.running !== null}
            onClick={work.verify}
          >
            Verify now
          </Button>
          <ExportMenu
            disabled={work.running !== null}
            onExport={work.exportAs}
            newest={state.data?.newest ?? null}
            onCheckpoint={() => setKeeping(true)}
          />
        </Group>
      }
    >
      {state.isError && (
        <ErrorNotice
          error={state.error}
          doing="The state of the chain could not be read."
          onRetry={state.refetch}
        />
      )}
      {work.running && (
        <div className={classes.running}>
          <span className="tabular">
            {work.running.what}: {format.count(work.running.done)} of {format.count(work.running.total)}{' '}
            events
          </span>
          <Progress
            aria-label={work.running.what}
            value={work.running.total === 0 ? 0 : (work.running.done / work.running.total) * 100}
          />
          <Button size="xs" variant="default" onClick={work.cancel}>
            Cancel
          </Button>
        </div>
      )}
      {work.verdict && <Verdict verification={work.verdict} />}
      {state.data ? <Facts state={state.data} /> : !state.isError && <SkeletonLine />}
      {keeping && state.data?.newest && (
        <CheckpointSheet
          checkpoint={state.data.newest}
          name={name}
          publicKey={state.data.publicKey}
          onClose={() => setKeeping(false)}
        />
      )}
    </Section>
  );
}

function Verdict({ verification: { verdict, total } }: { verification: AuditVerification }) {
  if (!verdict) return null;
  const { ok, words, checkpoints } = verdict;
  return (
    <div className={classes.verdict} data-ok={ok} role="status">
      <Status tone={ok ? 'ok' : 'bad'} label={ok ? 'The chain holds' : 'The chain does not hold'} />
      <span>
        {words} {format.count(total)} events and {format.count(checkpoints)} checkpoints were looked at.
      </span>
    </div>
  );
}

function Facts({ state }: { state: AuditState }) {
  const { events, first, checkpoints, newest, kept, keyId, publicKey } = state;
  const nothing = <span className="muted">none yet</span>;
  return (
    <KeyValueList
      items={[
        {
          label: 'Events',
          value: `${format.count(events)}${first > 1 ? `, from number ${format.count(first)} on; older ones were pruned` : ''}`,
        },
        {
          label: 'Newest checkpoint',
          value: newest ? (
            <>
              over {format.count(newest.size)} events, <RelativeTime at={newest.at} />;{' '}
              {format.count(checkpoints)} in all
            </>
          ) : (
            nothing
          ),
        },
        {
          label: 'Kept in the keychain',
          value: kept ? (
            <>
              over {format.count(kept.size)} events, <RelativeTime at={kept.at} />
            </>
          ) : (
            nothing
          ),
        },
        { label: 'Signing key', value: <Identifier value={keyId} label="id of the signing key" /> },
        { label: 'Public key', value: <Identifier value={publicKey} label="public key" shorten={16} /> },
      ]}
    />
  );
}

interface ExportMenuProps {
  disabled: boolean;
  newest: AuditState['newest'];
  onExport: (format: AuditFileFormat) => void;
  onCheckpoint: () => void;
}

function ExportMenu({ disabled, newest, onExport, onCheckpoint }: ExportMenuProps) {
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 100 }}>
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          disabled={disabled}
          leftSection={<IconDownload aria-hidden size={15} />}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onExport('jsonl')}>JSON Lines, can be verified</Menu.Item>
        <Menu.Item onClick={() => onExport('ocsf')}>OCSF 1.3, for a SIEM</Menu.Item>
        {newest && <Menu.Item onClick={onCheckpoint}>The newest checkpoint, to keep elsewhere…</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}

interface Running {
  readonly what: string;
  readonly done: number;
  readonly total: number;
}

/** One long work at a time, with its progress; it ends with the page. */
function useWork(onEnd: () => void) {
  const { client, name } = useAuditApi();
  const wayOn = useWaysOn();
  const leave = useRef<AbortController | null>(null);
  const [running, setRunning] = useState<Running | null>(null);
  const [verdict, setVerdict] = useState<AuditVerification | null>(null);
  useEffect(() => () => leave.current?.abort(), []);

  const run = async (
    what: string,
    work: (signal: AbortSignal, at: (done: number, total: number) => void) => Promise<void>,
  ) => {
    const controller = new AbortController();
    leave.current = controller;
    setVerdict(null);
    setRunning({ what, done: 0, total: 0 });
    try {
      await work(controller.signal, (done, total) => setRunning({ what, done, total }));
    } catch (error) {
      if (controller.signal.aborted) return;
      const { code, title, detail } = problemOf(error);
      const message = (
        <>
          {detail.reason ?? detail.next} {wayOn(code)}
        </>
      );
      notifications.show({ color: 'red', title, message });
    } finally {
      setRunning(null);
      onEnd();
    }
  };

  return {
    running,
    verdict,
    cancel: () => leave.current?.abort(),
    verify: () =>
      void run('Verifying', async (signal, progress) => {
        for await (const step of await client.verify({}, { signal })) {
          progress(step.checked, step.total);
          if (step.verdict) setVerdict(step);
        }
      }),
    exportAs: (as: AuditFileFormat) =>
      void run('Exporting', async (signal, progress) => {
        const pieces: string[] = [];
        for await (const piece of await client.export({ format: as }, { signal })) {
          pieces.push(piece.text);
          progress(piece.events, piece.total);
        }
        if (signal.aborted) return;
        saveFile(`${name}.${as === 'jsonl' ? 'jsonl' : 'ocsf.jsonl'}`, 'application/jsonl', pieces);
      }),
  };
}
