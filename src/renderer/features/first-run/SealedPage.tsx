import { Button, Group, Stack } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import type { InstallationStatus } from '../../../contract';
import { Threshold } from '../../app/frame/Threshold';
import { KeyValueList, Status } from '../../ui';
import { AcceptOlder } from './AcceptOlderForm';
import { RecoverForm } from './RecoverForm';
import classes from './SealedPage.module.css';
import { UnsealForm } from './UnsealForm';

const KEYSTORE_STATES = {
  ready: { tone: 'ok', label: 'Ready' },
  unavailable: { tone: 'bad', label: 'Unavailable' },
  insecure: { tone: 'bad', label: 'Without a password' },
} as const;

/** What is shown while the installation cannot be opened: why, and what to do. */
export function SealedPage({ status }: { status: InstallationStatus }) {
  return (
    <Threshold
      title="The installation is sealed"
      description="Nothing is opened until this is put right. The page goes on by itself when it is."
    >
      <Stack gap="md">
        {status.problems.map((problem) => (
          <div key={problem.code} className={classes.problem} role="alert">
            <IconLock aria-hidden size={18} />
            <div>
              <strong>{problem.title}</strong>
              <p>{problem.next}</p>
            </div>
          </div>
        ))}
        {status.problems.some(({ code }) => code === 'SEALED_BY_OPERATOR') && <UnsealForm />}
        {status.problems.some(({ code }) => code === 'KEY_MISSING') && <Recovery />}
        {status.problems.some(({ code }) => code === 'AUDIT_TRUNCATED') && <AcceptOlder />}
        <KeyValueList
          items={[
            { label: 'Keychain', value: status.keystore.kind },
            { label: 'State', value: <Status {...KEYSTORE_STATES[status.keystore.state]} /> },
            { label: 'Version', value: status.version },
          ]}
        />
      </Stack>
    </Threshold>
  );
}

/** The way back when the keychain has not the key: the sheets of the kit. */
function Recovery() {
  const [opened, setOpened] = useState(false);
  if (opened) return <RecoverForm />;
  return (
    <Group>
      <Button onClick={() => setOpened(true)}>Restore the key from the recovery kit…</Button>
    </Group>
  );
}
