import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { isEmail, useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Domain, type PasswordRule } from '../../../contract';
import { tenantApi } from '../../app/api';
import { ONLY_TENANT } from '../../app/place';
import { lastDomain, lastDoor } from '../../app/preferences';
import { useSessionActions } from '../../app/session';
import { ErrorNotice, fieldProblems } from '../../ui';
import { PasswordWithRules } from '../first-run';

/** What stands on the sheet of an invited person. */
interface Sheet {
  readonly domain: string;
  readonly email: string;
  readonly code: string;
}

/** A sheet that was found to be good. */
interface Opened extends Sheet {
  readonly name: string;
  readonly rules: readonly PasswordRule[];
}

/** How somebody who was given a code sets their own password: first the sheet, then the password. */
export function InvitationForm() {
  const [opened, setOpened] = useState<Opened | null>(null);
  if (opened) return <PasswordStep opened={opened} />;
  return <SheetStep onOpened={setOpened} />;
}

function SheetStep({ onOpened }: { onOpened: (opened: Opened) => void }) {
  const form = useForm<Sheet>({
    mode: 'uncontrolled',
    initialValues: { domain: ONLY_TENANT?.domain ?? lastDomain.read() ?? '', email: '', code: '' },
    validate: {
      domain: (value) => (Domain.safeParse(value).success ? null : 'A domain such as acme.example'),
      email: isEmail('An e-mail address such as name@acme.example'),
      code: (value) => (value.trim() ? null : 'The code is missing'),
    },
  });
  const opening = useMutation({
    mutationFn: async (typed: Sheet) => {
      const domain = Domain.parse(typed.domain);
      const { email, code } = typed;
      return {
        domain,
        email,
        code,
        ...(await tenantApi(domain).client.people.openInvitation({ email, code })),
      };
    },
    onSuccess: onOpened,
  });
  return (
    <form onSubmit={form.onSubmit((typed) => opening.mutate(typed))} noValidate>
      <Stack gap="md">
        <TextInput
          label="Tenant domain"
          placeholder="acme.example"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={!form.getValues().domain}
          key={form.key('domain')}
          {...form.getInputProps('domain')}
        />
        <TextInput
          type="email"
          label="E-mail"
          autoComplete="username"
          spellCheck={false}
          autoFocus={Boolean(form.getValues().domain)}
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <TextInput
          label="Code"
          description="Eight groups of four. Hyphens and the case of letters do not count."
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          classNames={{ input: 'mono' }}
          key={form.key('code')}
          {...form.getInputProps('code')}
        />
        {opening.isError && <ErrorNotice error={opening.error} />}
        <Button type="submit" size="md" fullWidth loading={opening.isPending}>
          Continue
        </Button>
      </Stack>
    </form>
  );
}

function PasswordStep({ opened }: { opened: Opened }) {
  const { signedIn } = useSessionActions();
  const { domain, email, code, name, rules } = opened;
  const form = useForm({
    initialValues: { password: '', repeated: '' },
    validate: {
      password: (value) => (value ? null : 'The password is missing'),
      repeated: (value, values) => (value === values.password ? null : 'The two passwords differ'),
    },
  });
  const acceptance = useMutation({
    mutationFn: async ({ password }: typeof form.values) => {
      await tenantApi(domain).client.people.acceptInvitation({ email, code, password });
      lastDomain.write(domain);
      lastDoor.write('member');
    },
    onSuccess: signedIn,
    onError: (error) => form.setErrors(fieldProblems(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => acceptance.mutate(values))} noValidate>
      <Stack gap="md">
        <div>
          Welcome, {name}. Choose the password with which you sign in to <strong>{domain}</strong> from now
          on. Nobody else knows it.
        </div>
        <PasswordWithRules
          label="New password"
          autoFocus
          person={{ name, email }}
          rules={rules}
          {...form.getInputProps('password')}
        />
        <PasswordInput
          label="Repeat the new password"
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          {...form.getInputProps('repeated')}
        />
        {acceptance.isError && <ErrorNotice error={acceptance.error} fieldsMarked />}
        <Button type="submit" size="md" fullWidth loading={acceptance.isPending}>
          Set password and sign in
        </Button>
      </Stack>
    </form>
  );
}
