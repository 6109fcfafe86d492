import { Anchor, Button, Group, Loader, Stack, Text, TextInput } from '@mantine/core';
import { IconBrowser } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Domain, Id, type SignOnChoice } from '../../../contract';
import { tenantApi } from '../../app/api';
import { Threshold } from '../../app/frame/Threshold';
import { lastDomain, lastDoor, lastSignOn } from '../../app/preferences';
import { useSessionActions } from '../../app/session';
import { ErrorNotice } from '../../ui';

/** A little longer than the engine waits for a person to come back from the browser. */
const BROWSER_MS = 6 * 60_000;

/** Signs a member in with the account of their organisation, in the browser of the system. */
export function BrowserSignIn({ onBack }: { onBack: () => void }) {
  const { signedIn } = useSessionActions();
  const [domain, setDomain] = useState(lastDomain.read() ?? '');
  const [wrong, setWrong] = useState(false);
  const leaving = useRef<AbortController | null>(null);
  useEffect(() => () => leaving.current?.abort(), []);
  const asking = useMutation({
    mutationFn: (address: string) => tenantApi(address).client.identity.signOnChoices({}),
  });
  const entry = useMutation({
    mutationFn: async (provider: string) => {
      const address = Domain.parse(domain);
      const going = new AbortController();
      leaving.current = going;
      await tenantApi(address).client.identity.signInByBrowser(
        { provider },
        { signal: going.signal, context: { timeoutMs: BROWSER_MS } },
      );
      lastDomain.write(address);
      lastDoor.write('member');
      lastSignOn.write(provider);
    },
    onSuccess: signedIn,
  });
  const ask = (event: FormEvent) => {
    event.preventDefault();
    const address = Domain.safeParse(domain);
    setWrong(!address.success);
    if (address.success) asking.mutate(address.data);
  };
  if (entry.isPending) return <Waiting onCancel={() => leaving.current?.abort()} />;
  return (
    <Threshold
      title="Account of your organisation"
      description="Your browser opens, you sign in over there, and this window goes on."
    >
      <Stack gap="md">
        <form onSubmit={ask} noValidate>
          <Group align="flex-end" gap="xs" wrap="nowrap">
            <TextInput
              flex={1}
              label="Tenant domain"
              placeholder="acme.example"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              value={domain}
              error={wrong && 'A domain such as acme.example'}
              onChange={(event) => {
                setDomain(event.currentTarget.value);
                asking.reset();
              }}
            />
            <Button type="submit" variant="default" loading={asking.isPending}>
              Continue
            </Button>
          </Group>
        </form>
        {asking.data && <Choices choices={asking.data} onChoose={(id) => entry.mutate(id)} />}
        {asking.isError && <ErrorNotice error={asking.error} />}
        {entry.isError && <ErrorNotice error={entry.error} />}
        <Button variant="subtle" color="gray" onClick={onBack}>
          Back to sign-in
        </Button>
      </Stack>
    </Threshold>
  );
}

interface ChoicesProps {
  choices: readonly SignOnChoice[];
  onChoose: (id: string) => void;
}

/** The providers that are offered, and a code for those that are not. */
function Choices({ choices, onChoose }: ChoicesProps) {
  const [byCode, setByCode] = useState(choices.length === 0);
  const [code, setCode] = useState(choices.length === 0 ? (lastSignOn.read() ?? '') : '');
  const [wrong, setWrong] = useState(false);
  const enter = (event: FormEvent) => {
    event.preventDefault();
    const id = Id.safeParse(code.trim().toLowerCase());
    setWrong(!id.success);
    if (id.success) onChoose(id.data);
  };
  return (
    <Stack gap="sm">
      {choices.map(({ id, name }) => (
        <Button
          key={id}
          size="md"
          fullWidth
          leftSection={<IconBrowser size={16} />}
          onClick={() => onChoose(id)}
        >
          Sign in with {name}
        </Button>
      ))}
      {!byCode && (
        <Anchor component="button" type="button" size="sm" onClick={() => setByCode(true)}>
          I have a sign-on code
        </Anchor>
      )}
      {byCode && (
        <form onSubmit={enter} noValidate>
          <Stack gap="xs">
            <TextInput
              label="Sign-on code"
              description="Your administrator has it. It stands for your organisation’s provider and is no secret of yours."
              placeholder="019ac4f0-7b1e-7c21-9d3a-5f2e8c1b4a90"
              autoCapitalize="none"
              spellCheck={false}
              value={code}
              error={wrong && 'A code of 32 digits and letters in five groups'}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
            <Button
              type="submit"
              size="md"
              fullWidth
              variant={choices.length > 0 ? 'default' : 'filled'}
              leftSection={<IconBrowser size={16} />}
            >
              Sign in in the browser
            </Button>
          </Stack>
        </form>
      )}
    </Stack>
  );
}

function Waiting({ onCancel }: { onCancel: () => void }) {
  return (
    <Threshold title="Continue in your browser" description="This window waits up to five minutes for you.">
      <Stack gap="md">
        <Group gap="sm" wrap="nowrap" role="status">
          <Loader size="sm" />
          <Text size="sm">
            Sign in on the page that has opened. When it says that you can close its tab, come back here.
          </Text>
        </Group>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </Stack>
    </Threshold>
  );
}
