import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ErrorNotice } from '../../ui';
import type { AccountApi } from './accountApi';
import type { OwnKey } from './ownKey';

interface RenameKeyDialogProps {
  ownKey: OwnKey | null;
  account: AccountApi;
  onClose: () => void;
}

/** Gives a passkey or security key another name. */
export function RenameKeyDialog({ ownKey, account, onClose }: RenameKeyDialogProps) {
  return (
    <Modal
      opened={ownKey !== null}
      onClose={onClose}
      title={`Rename ${ownKey?.passkey.name ?? ''}`}
      size={440}
    >
      {ownKey && <RenameForm ownKey={ownKey} account={account} onClose={onClose} />}
    </Modal>
  );
}

function RenameForm({ ownKey, account, onClose }: RenameKeyDialogProps & { ownKey: OwnKey }) {
  const [name, setName] = useState(ownKey.passkey.name);
  const renaming = useMutation({
    mutationFn: () => account.client.renamePasskey({ id: ownKey.id, name }),
    onSuccess: onClose,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) renaming.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label="Name"
          required
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {renaming.isError && <ErrorNotice error={renaming.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!name.trim()} loading={renaming.isPending}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
