import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { ApiKey } from '../../../contract';
import { ErrorNotice } from '../../ui';

interface RevokeKeyDialogProps {
  apiKey: ApiKey | null;
  revoke: (input: { id: string; reason: string }) => Promise<unknown>;
  onClose: () => void;
}

/** Asks why a key is to be revoked, and does it. */
export function RevokeKeyDialog({ apiKey, revoke, onClose }: RevokeKeyDialogProps) {
  return (
    <Modal opened={apiKey !== null} onClose={onClose} title={`Revoke ${apiKey?.name ?? ''}?`} size={440}>
      {apiKey && <RevokeKeyForm apiKey={apiKey} revoke={revoke} onClose={onClose} />}
    </Modal>
  );
}

function RevokeKeyForm({ apiKey, revoke, onClose }: RevokeKeyDialogProps & { apiKey: ApiKey }) {
  const [reason, setReason] = useState('');
  const revoking = useMutation({
    mutationFn: () => revoke({ id: apiKey.id, reason }),
    onSuccess: onClose,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim()) revoking.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div>Whatever uses the key is refused from now on. It cannot be brought back.</div>
        <TextInput
          data-autofocus
          label="Reason"
          description="Stands in the audit chain."
          required
          maxLength={120}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {revoking.isError && <ErrorNotice error={revoking.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" disabled={!reason.trim()} loading={revoking.isPending}>
            Revoke key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
