import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ErrorNotice, Identifier, SkeletonPanel } from '../../ui';
import type { AccountApi } from './accountApi';
import { CodeField } from './CodeField';
import { QrCode } from './QrCode';
import { RecoveryCodes } from './RecoveryCodes';

interface SetUpFactorProps {
  account: AccountApi;
  onDone: () => void;
  onCancel?: () => void;
}

/** Sets up an authenticator app: shows its secret, holds a code against it, shows the recovery codes. */
export function SetUpFactor({ account, onDone, onCancel }: SetUpFactorProps) {
  const [code, setCode] = useState('');
  // A query and not a mutation, so that it is begun once when this is shown; it is never asked for again by itself.
  const setUp = useQuery({
    queryKey: ['second-factor-set-up'],
    queryFn: () => account.client.beginSecondFactor({}),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const finish = useMutation({
    mutationFn: () => account.client.finishSecondFactor({ code }),
    onError: () => setCode(''),
  });
  if (finish.data) return <RecoveryCodes codes={finish.data.recoveryCodes} onKept={onDone} />;
  if (setUp.isError) {
    return (
      <ErrorNotice error={setUp.error} doing="It could not be begun." onRetry={() => void setUp.refetch()} />
    );
  }
  if (!setUp.data) return <SkeletonPanel lines={6} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim()) finish.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">Scan this with your authenticator app, or type the key into it.</Text>
        <QrCode text={setUp.data.uri} label="QR code for an authenticator app" />
        <Identifier value={setUp.data.secret} label="Key" />
        <CodeField
          label="Code that the app shows"
          inputMode="numeric"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {finish.isError && <ErrorNotice error={finish.error} />}
        <Group justify="flex-end" gap="xs">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" disabled={!code.trim()} loading={finish.isPending}>
            Take into use
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
