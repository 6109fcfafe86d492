import { Stack, TextInput } from '@mantine/core';
import type { WizardForm } from './wizardForm';

/** Who the tenant is: its name and its domain. */
export function OrganisationStep({ form }: { form: WizardForm }) {
  return (
    <Stack gap="md" maw={480}>
      <TextInput
        label="Organisation name"
        description="As its members and auditors know it."
        autoComplete="off"
        data-autofocus
        autoFocus
        {...form.getInputProps('name')}
      />
      <TextInput
        label="Domain"
        description="Members sign in with it. It need not exist in any name server."
        placeholder="acme.example"
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('domain')}
      />
    </Stack>
  );
}
