import { Button, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SignInNeed } from '../../../contract';
import { Threshold } from '../../app/frame/Threshold';
import { faceOf, type Principal, useSessionActions } from '../../app/session';
import { ErrorNotice } from '../../ui';
import { CAN_USE_KEYS } from '../passkeys';
import { type AccountApi, accountOf } from './accountApi';
import { ChangePasswordForm } from './ChangePasswordForm';
import { CodeField } from './CodeField';
import { AddKey } from './NewKeyDialog';
import { OwnKeyButton } from './OwnKeyButton';
import { SetUpFactor } from './SetUpFactor';

const WORDS: Record<SignInNeed, { title: string; description: string }> = {
  'second-factor': {
    title: 'Second factor',
    description:
      'Enter the six digits that your authenticator app shows or one of your recovery codes, or use a key.',
  },
  enrolment: {
    title: 'Set up a second factor',
    description:
      'Your role cannot sign in with a password alone. It takes an authenticator app or a key, and a minute.',
  },
  'new-password': {
    title: 'Choose a new password',
    description: 'The present one is older than your organisation allows.',
  },
};

/** What a sign-in still asks for, before the console opens. */
export function UnfinishedSignIn({ principal, needs }: { principal: Principal; needs: SignInNeed }) {
  const { signedIn, signOut } = useSessionActions();
  const account = accountOf(principal);
  const goOn = () => void signedIn();
  return (
    <Threshold {...WORDS[needs]}>
      <Stack gap="md">
        {needs === 'second-factor' && (
          <>
            <CodeForm account={account} onDone={goOn} />
            <OwnKeyButton
              account={account}
              give={(answer) => account.client.confirmSignInByPasskey({ answer })}
              onDone={goOn}
            />
          </>
        )}
        {needs === 'enrolment' && <Enrolment account={account} onDone={goOn} />}
        {needs === 'new-password' && (
          <ChangePasswordForm account={account} person={faceOf(principal)} onDone={goOn} />
        )}
        <Button variant="subtle" color="gray" onClick={() => void signOut(principal)}>
          Sign in as somebody else
        </Button>
      </Stack>
    </Threshold>
  );
}

/** Sets up an app, or a key where this page can speak to one. */
function Enrolment({ account, onDone }: { account: AccountApi; onDone: () => void }) {
  const [byKey, setByKey] = useState(false);
  const factors = useQuery(account.query.secondFactors.queryOptions({ input: {}, enabled: CAN_USE_KEYS }));
  return (
    <>
      {byKey && factors.data ? (
        <AddKey account={account} alone={factors.data.passkeys.alone} onDone={onDone} />
      ) : (
        <SetUpFactor account={account} onDone={onDone} />
      )}
      {factors.data && (
        <Button variant="default" onClick={() => setByKey(!byKey)}>
          {byKey ? 'Set up an authenticator app instead' : 'Add a passkey or security key instead'}
        </Button>
      )}
    </>
  );
}

function CodeForm({ account, onDone }: { account: AccountApi; onDone: () => void }) {
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () => account.client.confirmSignIn({ code }),
    onSuccess: onDone,
    onError: () => setCode(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim()) confirm.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <CodeField autoFocus value={code} onChange={(event) => setCode(event.currentTarget.value)} />
        {confirm.isError && <ErrorNotice error={confirm.error} />}
        <Button type="submit" size="md" fullWidth disabled={!code.trim()} loading={confirm.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
