import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Conversation } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, format } from '../../ui';

export interface Asked {
  readonly act: 'rename' | 'delete';
  readonly conversation: Conversation;
}

interface DialogsProps {
  asked: Asked | null;
  onClose: () => void;
  onDeleted: (id: string) => void;
}

/** The dialogues that rename and delete a conversation. */
export function ConversationDialogs({ asked, onClose, onDeleted }: DialogsProps) {
  const { act, conversation } = asked ?? {};
  return (
    <>
      <Modal opened={act === 'rename'} onClose={onClose} title="Rename conversation" size={440}>
        {conversation && <RenameForm conversation={conversation} onClose={onClose} />}
      </Modal>
      <Modal opened={act === 'delete'} onClose={onClose} title="Delete this conversation?" size={440}>
        {conversation && <DeleteForm conversation={conversation} onClose={onClose} onDeleted={onDeleted} />}
      </Modal>
    </>
  );
}

interface FormProps {
  conversation: Conversation;
  onClose: () => void;
}

function RenameForm({ conversation, onClose }: FormProps) {
  const { client, query } = useTenantApi();
  const cache = useQueryClient();
  const [title, setTitle] = useState(conversation.title);
  const rename = useMutation({
    mutationFn: () => client.assistant.rename({ id: conversation.id, title: title.trim() }),
    onSuccess: async () => {
      onClose();
      await cache.invalidateQueries({ queryKey: query.assistant.key() });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim()) rename.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label="Title"
          maxLength={120}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        {rename.isError && <ErrorNotice error={rename.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!title.trim()} loading={rename.isPending}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function DeleteForm({ conversation, onClose, onDeleted }: FormProps & Pick<DialogsProps, 'onDeleted'>) {
  const { client, query } = useTenantApi();
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.assistant.remove({ id: conversation.id }),
    onSuccess: async () => {
      onDeleted(conversation.id);
      onClose();
      notifications.show({ title: 'Conversation deleted', message: conversation.title });
      cache.removeQueries({ queryKey: query.assistant.read.key({ input: { id: conversation.id } }) });
      await cache.invalidateQueries({ queryKey: query.assistant.conversations.key() });
    },
  });
  return (
    <Stack gap="md">
      <div>
        <strong>{conversation.title}</strong> with {format.plural(conversation.messages, 'message')} and all
        receipts shown in it is lost and cannot be brought back. Its usage and its audit events stay: they
        hold none of its words.
      </div>
      {remove.isError && <ErrorNotice error={remove.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          Delete conversation
        </Button>
      </Group>
    </Stack>
  );
}
