import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice, KeyValueList, RelativeTime, Section, SkeletonPanel, Status } from '../../ui';
import { useAccountApi } from './accountApi';
import { RecoveryCodes } from './RecoveryCodes';
import { SetUpFactor } from './SetUpFactor';

/** One's own authenticator app: set up, replace, renew the recovery codes, remove. */
export function SecondFactorSection() {
  const account = useAccountApi();
  const factors = useQuery(account.query.secondFactors.queryOptions({ input: {} }));
  const [settingUp, setSettingUp] = useState(false);
  const changed = () => void factors.refetch();
  const renew = useMutation({ mutationFn: () => account.client.renewRecoveryCodes({}), onSuccess: changed });
  const remove = useMutation({ mutationFn: () => account.client.removeSecondFactor({}), onSuccess: changed });
  const close = () => {
    setSettingUp(false);
    changed();
  };
  const present = factors.data?.factors ?? [];
  const factor = present.find(({ kind }) => kind === 'totp');
  return (
    <Section
      title="Second factor"
      description="A code of an authenticator app beside your password. A stolen password alone opens nothing then."
    >
      {factors.isError && <ErrorNotice error={factors.error} onRetry={changed} />}
      {factors.isPending && <SkeletonPanel lines={2} />}
      {factors.data && (
        <Stack gap="md">
          <KeyValueList
            items={[
              {
                label: 'Authenticator app',
                value: factor ? (
                  <Status tone="ok" label="In use" />
                ) : (
                  <Status
                    tone={factors.data.required && present.length === 0 ? 'bad' : 'idle'}
                    label="Not set up"
                  />
                ),
              },
              ...(factor ? [{ label: 'Since', value: <RelativeTime at={factor.createdAt} /> }] : []),
              ...(present.length > 0
                ? [{ label: 'Recovery codes left', value: `${factors.data.recoveryCodesLeft} of 10` }]
                : []),
            ]}
          />
          {factors.data.required && <Text size="sm">Your role cannot do without a second factor.</Text>}
          {renew.isError && <ErrorNotice error={renew.error} />}
          {remove.isError && <ErrorNotice error={remove.error} />}
          <Group gap="xs">
            <Button variant={factor ? 'default' : 'filled'} onClick={() => setSettingUp(true)}>
              {factor ? 'Set up another app' : 'Set up an app'}
            </Button>
            {present.length > 0 && (
              <Button variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
                New recovery codes
              </Button>
            )}
            {factor && (!factors.data.required || present.length > 1) && (
              <Button
                variant="default"
                color="red"
                loading={remove.isPending}
                onClick={() => remove.mutate()}
              >
                Remove
              </Button>
            )}
          </Group>
        </Stack>
      )}
      <Modal
        opened={settingUp}
        onClose={close}
        title="Set up an authenticator app"
        size={440}
        closeOnClickOutside={false}
      >
        <SetUpFactor account={account} onDone={close} onCancel={close} />
      </Modal>
      <Modal
        opened={renew.data !== undefined}
        onClose={renew.reset}
        title="New recovery codes"
        size={480}
        closeOnEscape={false}
        closeOnClickOutside={false}
      >
        {renew.data && <RecoveryCodes codes={renew.data.recoveryCodes} onKept={renew.reset} />}
      </Modal>
    </Section>
  );
}
