import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { PasskeyKind } from '../../../contract';
import { ErrorNotice } from '../../ui';
import { makeKey, stopAsking } from '../passkeys';
import type { AccountApi } from './accountApi';
import { RecoveryCodes } from './RecoveryCodes';

interface AddKeyProps {
  account: AccountApi;
  /** Whether a passkey may sign in alone. */
  alone: boolean;
  onDone: () => void;
  onCancel?: () => void;
}

/** Asks what kind of key, has the browser make one, and shows the recovery codes where there are new ones. */
export function AddKey({ account, alone, onDone, onCancel }: AddKeyProps) {
  const [kind, setKind] = useState<PasskeyKind>(alone ? 'passkey' : 'security-key');
  const [name, setName] = useState('');
  const adding = useMutation({
    mutationFn: async () => {
      const made = await makeKey(await account.client.beginPasskey({ kind }));
      return account.client.finishPasskey({ name, made });
    },
    onSuccess: ({ recoveryCodes }) => recoveryCodes.length === 0 && onDone(),
  });
  useEffect(() => stopAsking, []);
  if (adding.data && adding.data.recoveryCodes.length > 0) {
    return <RecoveryCodes codes={adding.data.recoveryCodes} onKept={onDone} />;
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) adding.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {alone ? (
          <Radio.Group label="Kind" value={kind} onChange={(value) => setKind(PasskeyKind.parse(value))}>
            <Stack gap="xs" mt={8}>
              <Radio
                value="passkey"
                label="Passkey"
                description="Signs you in alone. The device asks for your finger, face or PIN."
              />
              <Radio
                value="security-key"
                label="Security key"
                description="Is asked for after your password."
              />
            </Stack>
          </Radio.Group>
        ) : (
          <Text size="sm">Your organisation signs you in; a security key is asked for after that.</Text>
        )}
        <TextInput
          data-autofocus
          label="Name"
          description="By which you know it again, such as the device it is on."
          required
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {adding.isPending && (
          <Text size="sm" role="status">
            Your browser asks for the key now.
          </Text>
        )}
        {adding.isError && <ErrorNotice error={adding.error} />}
        <Group justify="flex-end" gap="xs">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" disabled={!name.trim()} loading={adding.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface NewKeyDialogProps extends Omit<AddKeyProps, 'onCancel'> {
  opened: boolean;
}

/** Adds a passkey or a security key. */
export function NewKeyDialog({ opened, onDone, ...rest }: NewKeyDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onDone}
      title="Add a passkey or security key"
      size={460}
      closeOnClickOutside={false}
    >
      {opened && <AddKey {...rest} onDone={onDone} onCancel={onDone} />}
    </Modal>
  );
}
