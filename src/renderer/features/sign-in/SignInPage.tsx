import { Button, PasswordInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { isEmail, useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Domain } from '../../../contract';
import { installation, tenantApi } from '../../app/api';
import { Threshold } from '../../app/frame/Threshold';
import { IN_BROWSER, ONLY_TENANT } from '../../app/place';
import { lastDomain, lastDoor } from '../../app/preferences';
import { useSessionActions } from '../../app/session';
import { ErrorNotice } from '../../ui';
import { BrowserSignIn } from './BrowserSignIn';
import { InvitationForm } from './InvitationForm';
import { PasskeySignIn } from './PasskeySignIn';

type DoorName = 'operator' | 'member';

const DOORS: { value: DoorName; label: string }[] = [
  { value: 'operator', label: 'Operator' },
  { value: 'member', label: 'Member of a tenant' },
];

const WORDS: Record<DoorName, string> = {
  operator: 'Operators run the installation: its tenants, models and network.',
  member: 'Members work inside one tenant, with its Assistant and its documents.',
};

/** Sign-in for operators and for members of a tenant. */
export function SignInPage() {
  const [door, setDoor] = useState<DoorName>(
    ONLY_TENANT || lastDoor.read() === 'member' ? 'member' : 'operator',
  );
  const [invited, setInvited] = useState(false);
  const [byBrowser, setByBrowser] = useState(false);
  if (byBrowser) return <BrowserSignIn onBack={() => setByBrowser(false)} />;
  if (invited) {
    return (
      <Threshold
        title="Your invitation"
        description="Enter what stands on the sheet that your administrator gave you."
      >
        <Stack gap="md">
          <InvitationForm />
          <Button variant="subtle" color="gray" onClick={() => setInvited(false)}>
            Back to sign-in
          </Button>
        </Stack>
      </Threshold>
    );
  }
  return (
    <Threshold
      title={ONLY_TENANT ? `Sign in to ${ONLY_TENANT.name}` : 'Sign in'}
      description={ONLY_TENANT ? 'With your account there.' : WORDS[door]}
    >
      <Stack gap="md">
        {!ONLY_TENANT && (
          <SegmentedControl
            fullWidth
            aria-label="Sign in as"
            data={DOORS}
            value={door}
            onChange={(value) => setDoor(value as DoorName)}
          />
        )}
        <SignInForm key={door} door={door} />
        {door === 'member' && (
          <>
            {IN_BROWSER ? (
              <Text size="sm" c="dimmed">
                The account of your organisation works in the console’s own window. Here, sign in with a
                password.
              </Text>
            ) : (
              <Button variant="default" onClick={() => setByBrowser(true)}>
                Account of my organisation, in the browser
              </Button>
            )}
            <Button variant="subtle" color="gray" onClick={() => setInvited(true)}>
              I have an invitation
            </Button>
          </>
        )}
      </Stack>
    </Threshold>
  );
}

interface Credentials {
  domain: string;
  email: string;
  password: string;
}

async function signIn(door: DoorName, { domain, email, password }: Credentials): Promise<void> {
  if (door === 'operator') {
    await installation.client.operators.signIn({ email, password });
  } else {
    const address = Domain.parse(domain);
    await tenantApi(address).client.identity.signIn({ email, password });
    lastDomain.write(address);
  }
  lastDoor.write(door);
}

function SignInForm({ door }: { door: DoorName }) {
  const { signedIn } = useSessionActions();
  const member = door === 'member';
  const form = useForm<Credentials>({
    mode: 'uncontrolled',
    initialValues: {
      domain: member ? (ONLY_TENANT?.domain ?? lastDomain.read() ?? '') : '',
      email: '',
      password: '',
    },
    validate: {
      domain: (value) =>
        member && !Domain.safeParse(value).success ? 'A domain such as acme.example' : null,
      email: isEmail('An e-mail address such as name@acme.example'),
      password: (value) => (value ? null : 'The password is missing'),
    },
  });
  const entry = useMutation({
    mutationFn: (values: Credentials) => signIn(door, values),
    onSuccess: signedIn,
    onError: () => form.setFieldValue('password', ''),
  });
  return (
    <form onSubmit={form.onSubmit((values) => entry.mutate(values))} noValidate>
      <Stack gap="md">
        {member && !ONLY_TENANT && (
          <TextInput
            label="Tenant domain"
            description="The domain under which your organisation was set up."
            placeholder="acme.example"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus={!form.getValues().domain}
            key={form.key('domain')}
            {...form.getInputProps('domain')}
          />
        )}
        <TextInput
          type="email"
          label="E-mail"
          autoComplete="username"
          spellCheck={false}
          autoFocus={!member || Boolean(form.getValues().domain)}
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
        {entry.isError && <ErrorNotice error={entry.error} />}
        <Button type="submit" size="md" fullWidth loading={entry.isPending}>
          Sign in
        </Button>
        <PasskeySignIn member={member} domain={() => form.getValues().domain} />
      </Stack>
    </form>
  );
}
