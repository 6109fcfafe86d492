import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ErrorNotice } from '../../ui';

interface ResetDialogProps {
  opened: boolean;
  title: string;
  /** What it does to the person. */
  meaning: string;
  action: string;
  reset: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks why something of a person is taken, and does it. */
export function ResetDialog({ opened, title, onClose, ...rest }: ResetDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={460}>
      <ResetForm onClose={onClose} {...rest} />
    </Modal>
  );
}

function ResetForm({ meaning, action, reset, onClose }: Omit<ResetDialogProps, 'opened' | 'title'>) {
  const [reason, setReason] = useState('');
  const resetting = useMutation({ mutationFn: () => reset(reason) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim()) resetting.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div>{meaning}</div>
        <TextInput
          data-autofocus
          label="Reason"
          description="Stands in the audit chain."
          maxLength={120}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {resetting.isError && <ErrorNotice error={resetting.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!reason.trim()} loading={resetting.isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
