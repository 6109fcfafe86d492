import { Button, Checkbox, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { sheetsIn } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice } from '../../ui';
import { EnterSheets } from '../keys';

/** Restores the key of a sealed installation out of its kit and, when wished, the password of an operator. */
export function RecoverForm() {
  const [text, setText] = useState('');
  const [replace, setReplace] = useState(false);
  const [reset, setReset] = useState(false);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const recovery = useMutation({
    mutationFn: () =>
      installation.client.recovery.restore({
        sheets: sheetsIn(text),
        operator: replace ? { email, password, resetSecondFactor: reset } : null,
      }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    recovery.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <EnterSheets value={text} onChange={setText} />
        <Checkbox
          label="Give an operator a new password"
          checked={replace}
          onChange={(event) => setReplace(event.currentTarget.checked)}
        />
        {replace && (
          <>
            <TextInput
              label="The operator’s e-mail"
              type="email"
              required
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label="New password"
              autoComplete="new-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <Checkbox
              label="Take away the second factor too"
              description="For an operator who has lost the app and the recovery codes. The audit says so."
              checked={reset}
              onChange={(event) => setReset(event.currentTarget.checked)}
            />
          </>
        )}
        {recovery.isError && <ErrorNotice error={recovery.error} />}
        <Group justify="flex-end">
          <Button type="submit" disabled={sheetsIn(text).length === 0} loading={recovery.isPending}>
            Restore the key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
