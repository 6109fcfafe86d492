import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { NetworkPolicy } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, Section, Status } from '../../ui';
import classes from './network.module.css';
import { useShowPolicy } from './useNetworkPolicy';

/** Whether the air gap is closed, and the switch, which asks for the reason. */
export function AirGapSection({ policy }: { policy: NetworkPolicy }) {
  const [opened, dialogue] = useDisclosure(false);
  const { airGap } = policy;
  const Icon = airGap ? IconLock : IconLockOpen;
  const act = airGap ? 'Open the air gap' : 'Close the air gap';
  return (
    <Section
      title="Air gap"
      actions={
        <Button variant={airGap ? 'default' : 'filled'} onClick={dialogue.open}>
          {act}…
        </Button>
      }
    >
      <div className={classes.gap} data-closed={airGap}>
        <Icon aria-hidden size={24} stroke={1.6} />
        <div>
          <Status
            tone={airGap ? 'ok' : 'warn'}
            icon={airGap ? 'lock' : undefined}
            label={airGap ? 'Air gap closed' : 'Air gap open'}
          />
          <div>
            {airGap
              ? 'Only this machine and the declared hosts are reached. Everything else is refused and noted.'
              : 'Declared providers outside may be reached, as far as the residency policy of each tenant allows.'}
          </div>
        </div>
      </div>
      <Modal opened={opened} onClose={dialogue.close} title={`${act}?`} size={480}>
        <AirGapForm airGap={!airGap} act={act} onClose={dialogue.close} />
      </Modal>
    </Section>
  );
}

interface AirGapFormProps {
  airGap: boolean;
  act: string;
  onClose: () => void;
}

function AirGapForm({ airGap, act, onClose }: AirGapFormProps) {
  const [reason, setReason] = useState('');
  const show = useShowPolicy();
  const change = useMutation({
    mutationFn: () => installation.client.network.setAirGap({ airGap, reason }),
    onSuccess: async (policy) => {
      onClose();
      await show(policy);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim()) change.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div>
          {airGap
            ? 'From now on nothing but this machine and the declared hosts is reached. Work that is going on elsewhere is stopped.'
            : 'Tenants whose residency policy allows a cloud can then send questions and passages to declared providers outside this building. Local-only tenants stay as they are.'}
        </div>
        <Textarea
          data-autofocus
          label="Reason"
          description="Stands in the audit chain."
          required
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {change.isError && <ErrorNotice error={change.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={airGap ? undefined : 'red'}
            disabled={!reason.trim()}
            loading={change.isPending}
          >
            {act}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
