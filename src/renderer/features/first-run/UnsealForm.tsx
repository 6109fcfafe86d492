import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { isEmail, useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { installation } from '../../app/api';
import { useSessionActions } from '../../app/session';
import { ErrorNotice } from '../../ui';

/** Opens an installation again that an operator has sealed, and signs in. */
export function UnsealForm() {
  const { signedIn } = useSessionActions();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: isEmail('An e-mail address such as name@acme.example'),
      password: (value) => (value ? null : 'The password is missing'),
    },
  });
  const unseal = useMutation({
    mutationFn: (values: typeof form.values) => installation.client.sealing.unseal(values),
    onSuccess: signedIn,
    onError: () => form.setFieldValue('password', ''),
  });
  return (
    <form onSubmit={form.onSubmit((values) => unseal.mutate(values))} noValidate>
      <Stack gap="md">
        <TextInput
          type="email"
          label="E-mail of an operator"
          autoComplete="username"
          spellCheck={false}
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        {unseal.isError && <ErrorNotice error={unseal.error} />}
        <Button type="submit" fullWidth loading={unseal.isPending}>
          Unseal and sign in
        </Button>
      </Stack>
    </form>
  );
}
