import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RecoveryKit } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, format, KeyValueList, RelativeTime, Section, SkeletonPanel, Status } from '../../ui';
import classes from './keys.module.css';
import { MakeKit } from './MakeKit';
import { KitStatus } from './words';

/** How long it may take to close everything and to open it again. */
const PATIENCE_MS = 60_000;

interface InstallationKeyState {
  kit: RecoveryKit | null;
  version: number;
  createdAt: number;
  dueAt: number;
  due: boolean;
}

/** The key of the installation: its age, its kit, and the rotation. `undefined` while it is looked up. */
export function InstallationKeySection({ state }: { state: InstallationKeyState | undefined }) {
  const [dialogue, setDialogue] = useState<'rotate' | 'kit' | null>(null);
  const close = () => setDialogue(null);
  return (
    <Section
      title="Key of the installation"
      description="In the keychain. It seals who may do what and signs what the console certifies. Lost without a kit, nobody can sign in and no tenant is opened."
      actions={
        <div className={classes.actions}>
          <Button variant="default" onClick={() => setDialogue('kit')}>
            Make a recovery kit…
          </Button>
          <Button variant="default" disabled={!state} onClick={() => setDialogue('rotate')}>
            Rotate the key…
          </Button>
        </div>
      }
    >
      {state ? (
        <KeyValueList
          items={[
            {
              label: 'State',
              value: state.due ? <Status tone="warn" label="Due" /> : <Status tone="ok" label="In time" />,
            },
            { label: 'Version', value: format.count(state.version) },
            { label: 'Made', value: <RelativeTime at={state.createdAt} /> },
            { label: 'Due', value: <RelativeTime at={state.dueAt} /> },
            { label: 'Recovery kit', value: <KitStatus kit={state.kit} /> },
          ]}
        />
      ) : (
        <SkeletonPanel lines={5} />
      )}
      {dialogue === 'kit' && <MakeKit tenantId={null} subject="the installation" onClose={close} />}
      {dialogue === 'rotate' && <RotateInstallationKey onClose={close} />}
    </Section>
  );
}

function RotateInstallationKey({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient();
  const rotation = useMutation({
    mutationFn: () =>
      installation.client.keys.rotateInstallationKey({}, { context: { timeoutMs: PATIENCE_MS } }),
    // Every session of an operator ended with it.
    onSuccess: () => cache.invalidateQueries(),
  });
  return (
    <Modal opened onClose={onClose} title="Rotate the key of the installation" size={560}>
      <Stack gap="md">
        <div>
          Everything is closed for some seconds, what is under the key is sealed anew, and the old key is
          destroyed last. Answers that are being made are cut off. All operators sign in again, you too.
          Recovery kits of the installation are then out of date: make a new one at once. Members of tenants
          stay signed in, and API keys go on.
        </div>
        {rotation.isError && <ErrorNotice error={rotation.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={rotation.isPending} onClick={() => rotation.mutate()}>
            Rotate the key
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
