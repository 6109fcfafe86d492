import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SessionSummary } from '../../../contract';
import { ErrorNotice, Section } from '../../ui';
import type { AccountApi } from './accountApi';
import { SessionTable } from './SessionTable';

/** Everybody's sessions, each to be revoked with a reason. */
export function AllSessions({ account, description }: { account: AccountApi; description: string }) {
  const sessions = useQuery(account.query.allSessions.queryOptions({ input: {} }));
  const [revoking, setRevoking] = useState<SessionSummary | null>(null);
  return (
    <Section title="Sessions" description={description} padding="flush">
      {sessions.isError && <ErrorNotice error={sessions.error} onRetry={() => void sessions.refetch()} />}
      <SessionTable label="Sessions" sessions={sessions.data} people action="Revoke" onEnd={setRevoking} />
      <Modal
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={`Revoke the session of ${revoking?.person?.name ?? 'this person'}?`}
        size={440}
      >
        {revoking && (
          <RevokeForm
            account={account}
            session={revoking}
            onClose={() => {
              setRevoking(null);
              void sessions.refetch();
            }}
          />
        )}
      </Modal>
    </Section>
  );
}

interface RevokeFormProps {
  account: AccountApi;
  session: SessionSummary;
  onClose: () => void;
}

function RevokeForm({ account, session, onClose }: RevokeFormProps) {
  const [reason, setReason] = useState('');
  const revoke = useMutation({
    mutationFn: () => account.client.revokeSession({ id: session.id, reason }),
    onSuccess: onClose,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim()) revoke.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div>The window is signed out at once, with what it watches. The account stays as it is.</div>
        <TextInput
          data-autofocus
          label="Reason"
          description="Stands in the audit chain."
          required
          maxLength={120}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {revoke.isError && <ErrorNotice error={revoke.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!reason.trim()} loading={revoke.isPending}>
            Revoke session
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
