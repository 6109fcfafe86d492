import { Button, Group, Modal, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { KnowledgeDocument } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, format } from '../../ui';

interface RemoveDocumentProps {
  document: KnowledgeDocument | null;
  onClose: () => void;
}

/** Asks before a document is removed, and says what goes with it. */
export function RemoveDocument({ document, onClose }: RemoveDocumentProps) {
  return (
    <Modal opened={document !== null} onClose={onClose} title="Remove this document?" size={460}>
      {document && <RemoveForm document={document} onClose={onClose} />}
    </Modal>
  );
}

function RemoveForm({ document, onClose }: { document: KnowledgeDocument; onClose: () => void }) {
  const { client, query } = useTenantApi();
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.knowledge.remove({ id: document.id }),
    onSuccess: async () => {
      onClose();
      notifications.show({ title: 'Document removed', message: document.name });
      await cache.invalidateQueries({ queryKey: query.knowledge.key() });
    },
  });
  return (
    <Stack gap="md">
      <div>
        <strong>{document.name}</strong> ({format.bytes(document.sizeBytes)}) is lost with its{' '}
        {format.plural(document.passages, 'passage')} and its encrypted file, and cannot be brought back.
        Answers no longer rest on it; those given before keep the passages they cited.
      </div>
      {remove.isError && <ErrorNotice error={remove.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          Remove document
        </Button>
      </Group>
    </Stack>
  );
}
