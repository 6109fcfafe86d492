import { Stack, TextInput } from '@mantine/core';
import { PasswordWithRules } from '../../first-run';
import type { WizardForm } from './wizardForm';

/** Who administers the tenant from inside. */
export function AdministratorStep({ form }: { form: WizardForm }) {
  return (
    <Stack gap="md" maw={480}>
      <TextInput
        label="Administrator’s name"
        autoComplete="off"
        autoFocus
        {...form.getInputProps('administrator.name')}
      />
      <TextInput
        type="email"
        label="Administrator’s e-mail"
        description="They sign in with it. Nothing is sent to it."
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('administrator.email')}
      />
      <PasswordWithRules
        label="First password"
        description="Hand it over in person or by phone."
        person={form.values.administrator}
        {...form.getInputProps('administrator.password')}
      />
    </Stack>
  );
}
