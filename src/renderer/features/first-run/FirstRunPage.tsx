import { Button, Stack, TextInput } from '@mantine/core';
import { isEmail, useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { installation } from '../../app/api';
import { Threshold } from '../../app/frame/Threshold';
import { lastDoor } from '../../app/preferences';
import { useSessionActions } from '../../app/session';
import { ErrorNotice, fieldProblems } from '../../ui';
import { PasswordWithRules } from './PasswordRules';
import { passwordProblem } from './passwordRules';

/** The first thing a fresh installation asks: who runs it. */
export function FirstRunPage() {
  const { signedIn } = useSessionActions();
  const form = useForm({
    initialValues: { name: '', email: '', password: '', repeated: '' },
    validate: {
      name: (value) => (value.trim() ? null : 'The name is missing'),
      email: isEmail('An e-mail address such as name@acme.example'),
      password: passwordProblem,
      repeated: (value, values) => (value === values.password ? null : 'The two passwords differ'),
    },
  });
  const creation = useMutation({
    mutationFn: ({ name, email, password }: typeof form.values) =>
      installation.client.operators.createFirst({ name, email, password }),
    onSuccess: async () => {
      lastDoor.write('operator');
      await signedIn();
    },
    onError: (error) => form.setErrors(fieldProblems(error)),
  });
  return (
    <Threshold
      title="Welcome to RISCURA Console"
      description="This installation is fresh. Create its first operator: the account that runs tenants, models and network. Everything stays on this machine."
    >
      <form onSubmit={form.onSubmit((values) => creation.mutate(values))} noValidate>
        <Stack gap="md">
          <TextInput label="Your name" autoComplete="name" autoFocus {...form.getInputProps('name')} />
          <TextInput
            type="email"
            label="E-mail"
            description="You sign in with it. Nothing is sent to it."
            autoComplete="username"
            spellCheck={false}
            {...form.getInputProps('email')}
          />
          <PasswordWithRules label="Password" person={form.values} {...form.getInputProps('password')} />
          <TextInput
            type="password"
            label="Repeat the password"
            autoComplete="new-password"
            {...form.getInputProps('repeated')}
          />
          {creation.isError && <ErrorNotice error={creation.error} fieldsMarked />}
          <Button type="submit" size="md" fullWidth loading={creation.isPending}>
            Create operator
          </Button>
        </Stack>
      </form>
    </Threshold>
  );
}
