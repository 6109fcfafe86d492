import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { sheetsIn } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, Status } from '../../ui';
import { EnterSheets } from './EnterSheets';

/** Proves that sheets restore a key; the key itself is shown to nobody. */
export function RehearseKit({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const cache = useQueryClient();
  const rehearsal = useMutation({
    mutationFn: () => installation.client.keys.rehearse({ sheets: sheetsIn(text) }),
    onSuccess: () => cache.invalidateQueries({ queryKey: installation.query.keys.key() }),
  });
  const { data } = rehearsal;
  return (
    <SheetsDialogue
      title="Rehearse a recovery kit"
      words="Enter as many sheets as are needed. Whether they restore the key is said; the key is not shown and nothing is changed."
      action="Rehearse"
      text={text}
      onText={setText}
      pending={rehearsal.isPending}
      onSubmit={() => rehearsal.mutate()}
      onClose={onClose}
    >
      {rehearsal.isError && <ErrorNotice error={rehearsal.error} />}
      {data && (
        <div role="status">
          {data.current ? (
            <Status tone="ok" label={`The sheets restore the key of ${data.name ?? 'the installation'}`} />
          ) : (
            <Status
              tone="warn"
              label={`The sheets restore an earlier key of ${data.name ?? 'a tenant that is gone'}: make a new kit`}
            />
          )}
        </div>
      )}
    </SheetsDialogue>
  );
}

/** Puts the key of a tenant back into the keychain. */
export function RestoreKey({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const cache = useQueryClient();
  const restoring = useMutation({
    mutationFn: () => installation.client.keys.restoreTenantKey({ sheets: sheetsIn(text) }),
    // Not awaited: among all queries are some that never end.
    onSuccess: () => void cache.invalidateQueries(),
  });
  return (
    <SheetsDialogue
      title="Restore the key of a tenant"
      words="For a tenant whose key is not in this machine’s keychain. The key is kept only when it opens the database of the tenant; one that is there is never replaced."
      action="Restore the key"
      text={text}
      onText={setText}
      pending={restoring.isPending}
      onSubmit={() => restoring.mutate()}
      onClose={onClose}
    >
      {restoring.isError && <ErrorNotice error={restoring.error} />}
      {restoring.isSuccess && (
        <div role="status">
          <Status tone="ok" label="The key is in the keychain; the tenant opens again" />
        </div>
      )}
    </SheetsDialogue>
  );
}

interface SheetsDialogueProps {
  title: string;
  words: string;
  action: string;
  text: string;
  onText: (text: string) => void;
  pending: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: React.ReactNode;
}

function SheetsDialogue(props: SheetsDialogueProps) {
  const { title, words, action, text, onText, pending, onSubmit, onClose, children } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (sheetsIn(text).length > 0) onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={title} size={620}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <div>{words}</div>
          <EnterSheets value={text} onChange={onText} />
          {children}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button type="submit" disabled={sheetsIn(text).length === 0} loading={pending}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
