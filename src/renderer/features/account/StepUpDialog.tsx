import { Anchor, Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Proof, TenantSession } from '../../../contract';
import { installation, tenantApi } from '../../app/api';
import { faceOf, type Principal } from '../../app/session';
import { stepUp } from '../../app/stepUp';
import { ErrorNotice } from '../../ui';
import { accountOf } from './accountApi';
import { CodeField } from './CodeField';
import { OwnKeyButton } from './OwnKeyButton';

/** Over every other dialogue: what it asks for is what they wait for. */
const ABOVE_DIALOGUES = 400;

/** A little longer than the engine waits for a person to come back from the browser. */
const BROWSER_MS = 6 * 60_000;

async function prove(principal: Principal, proof: Proof): Promise<void> {
  if (principal.kind === 'operator') await installation.client.operators.stepUp(proof);
  else await tenantApi(principal.session.tenant.id).client.identity.stepUp(proof);
}

/** Asks for a fresh proof of who is in front of the window whenever a call was refused for the lack of one. */
export function StepUpDialog({ principal }: { principal: Principal }) {
  const question = useSyncExternalStore(stepUp.subscribe, stepUp.current);
  return (
    <Modal
      opened={question !== null}
      onClose={() => question?.cancel()}
      title="Confirm that it is you"
      size={420}
      zIndex={ABOVE_DIALOGUES}
      closeOnEscape={false}
    >
      {question && (
        <ProofForm
          principal={principal}
          onProved={question.confirm}
          onCancel={question.cancel}
          browser={principal.kind === 'member' && principal.session.byBrowser ? principal.session : null}
        />
      )}
    </Modal>
  );
}

interface ProofFormProps {
  principal: Principal;
  onProved: () => void;
  onCancel: () => void;
  /** The session of somebody who has no password here, but a provider. */
  browser: TenantSession | null;
}

function ProofForm({ principal, onProved, onCancel, browser }: ProofFormProps) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [byCode, setByCode] = useState(false);
  const proving = useMutation({
    mutationFn: (proof: Proof) => prove(principal, proof),
    onSuccess: onProved,
    onError: () => {
      setPassword('');
      setCode('');
    },
  });
  const leaving = useRef<AbortController | null>(null);
  const inBrowser = useMutation({
    mutationFn: (session: TenantSession) => {
      leaving.current = new AbortController();
      return tenantApi(session.tenant.id).client.identity.stepUpByBrowser(
        {},
        { signal: leaving.current.signal, context: { timeoutMs: BROWSER_MS } },
      );
    },
    onSuccess: onProved,
  });
  useEffect(() => () => leaving.current?.abort(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (byCode && code.trim()) proving.mutate({ kind: 'code', code });
    if (!byCode && password) proving.mutate({ kind: 'password', password });
  };
  // Escape ends this dialogue and not the one below it.
  const leave = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onCancel();
  };
  return (
    <form onSubmit={submit} onKeyDown={leave}>
      <Stack gap="md">
        <Text size="sm">
          This cannot be taken back or changes who may do what. It goes on when you have given a password,
          code or key of {faceOf(principal).email}; you are not asked again for five minutes.
        </Text>
        {byCode ? (
          <CodeField
            data-autofocus
            data-mantine-stop-propagation
            label="Code of your authenticator app"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        ) : (
          <PasswordInput
            data-autofocus
            data-mantine-stop-propagation
            label="Password"
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        )}
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={() => setByCode(!byCode)}
          data-mantine-stop-propagation
        >
          {byCode ? 'Use the password instead' : 'Use a code of the authenticator app instead'}
        </Anchor>
        <OwnKeyButton
          account={accountOf(principal)}
          give={(answer) => prove(principal, { kind: 'passkey', answer })}
          onDone={onProved}
        />
        {browser && (
          <Button
            variant="default"
            loading={inBrowser.isPending}
            onClick={() => inBrowser.mutate(browser)}
            data-mantine-stop-propagation
          >
            Confirm in the browser, with your organisation
          </Button>
        )}
        {inBrowser.isError && <ErrorNotice error={inBrowser.error} />}
        {proving.isError && <ErrorNotice error={proving.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel} data-mantine-stop-propagation>
            Cancel
          </Button>
          <Button
            type="submit"
            disabled={byCode ? !code.trim() : !password}
            loading={proving.isPending}
            data-mantine-stop-propagation
          >
            Confirm
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
