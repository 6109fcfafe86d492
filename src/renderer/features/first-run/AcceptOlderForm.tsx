import { Button, Group, PasswordInput, Stack, Textarea, TextInput } from '@mantine/core';
import { isEmail, useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { OLDER_WORDS } from '../../../contract';
import { installation } from '../../app/api';
import { useSessionActions } from '../../app/session';
import { ErrorNotice } from '../../ui';

/** For a catalogue that was put back from an older backup on purpose: an operator of it accepts that and signs in. */
export function AcceptOlder() {
  const [opened, setOpened] = useState(false);
  if (opened) return <AcceptOlderForm />;
  return (
    <Group>
      <Button variant="default" onClick={() => setOpened(true)}>
        Accept an older state…
      </Button>
    </Group>
  );
}

function AcceptOlderForm() {
  const { signedIn } = useSessionActions();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '', reason: '', confirm: '' },
    validate: {
      email: isEmail('An e-mail address such as name@acme.example'),
      password: (value) => (value ? null : 'The password is missing'),
      reason: (value) => (value.trim().length >= 3 ? null : 'A reason is missing'),
      confirm: (value) => (value === OLDER_WORDS ? null : `Type “${OLDER_WORDS}”`),
    },
  });
  const accept = useMutation({
    mutationFn: (values: typeof form.values) => installation.client.recovery.acceptOlder(values),
    onSuccess: signedIn,
    onError: () => form.setFieldValue('password', ''),
  });
  return (
    <form onSubmit={form.onSubmit((values) => accept.mutate(values))} noValidate>
      <Stack gap="md">
        <div>
          Only when the catalogue was put back from a backup on purpose. What was decided since that backup is
          lost: passwords, tenants, rules are as they were then, and a tenant created since is not in it. The
          audit chain goes on from there and says so, with your reason and the checkpoint that is given up.
        </div>
        <TextInput
          type="email"
          label="E-mail of an operator"
          autoComplete="username"
          spellCheck={false}
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password at the time of the backup"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Textarea label="Reason" maxLength={300} key={form.key('reason')} {...form.getInputProps('reason')} />
        <TextInput
          label={`Type “${OLDER_WORDS}” to confirm`}
          autoComplete="off"
          spellCheck={false}
          key={form.key('confirm')}
          {...form.getInputProps('confirm')}
        />
        {accept.isError && <ErrorNotice error={accept.error} doing="The older state was not accepted." />}
        <Button type="submit" color="red" fullWidth loading={accept.isPending}>
          Accept the older state and sign in
        </Button>
      </Stack>
    </form>
  );
}
