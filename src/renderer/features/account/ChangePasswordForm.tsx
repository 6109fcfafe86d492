import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ErrorNotice, fieldProblems } from '../../ui';
import { PasswordWithRules } from '../first-run';
import type { AccountApi } from './accountApi';

interface ChangePasswordFormProps {
  account: AccountApi;
  person: { name: string; email: string };
  onDone: () => void;
  onCancel?: () => void;
}

const SHOW = { visibilityToggleButtonProps: { 'aria-label': 'Show the password' } };

/** Changes the password of whoever is signed in. */
export function ChangePasswordForm({ account, person, onDone, onCancel }: ChangePasswordFormProps) {
  const rules = useQuery(account.query.passwordRules.queryOptions({ input: {} }));
  const form = useForm({
    initialValues: { current: '', next: '', repeated: '' },
    validate: {
      current: (value) => (value ? null : 'The password is missing'),
      next: (value) => (value ? null : 'The password is missing'),
      repeated: (value, values) => (value === values.next ? null : 'The two passwords differ'),
    },
  });
  const change = useMutation({
    mutationFn: ({ current, next }: typeof form.values) => account.client.changePassword({ current, next }),
    onSuccess: () => {
      form.reset();
      onDone();
    },
    onError: (error) => form.setErrors(fieldProblems(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
      <Stack gap="md">
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          {...SHOW}
          {...form.getInputProps('current')}
        />
        <PasswordWithRules
          label="New password"
          person={person}
          rules={rules.data}
          {...form.getInputProps('next')}
        />
        <PasswordInput
          label="Repeat the new password"
          autoComplete="new-password"
          {...SHOW}
          {...form.getInputProps('repeated')}
        />
        {change.isError && <ErrorNotice error={change.error} fieldsMarked />}
        <Group justify="flex-end" gap="xs">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={change.isPending}>
            Change password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
