import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AccessReview } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, format, Status } from '../../ui';
import { useReviewsChanged } from './useReviewsChanged';
import { decisionOf } from './words';

const MOST_NAMED = 200;

interface DialogProps {
  review: AccessReview;
  opened: boolean;
  onClose: () => void;
}

/** Says what takes effect, and signs. */
export function SignDialog({ review, opened, onClose }: DialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Sign the access review" size={560}>
      <SignForm review={review} onClose={onClose} />
    </Modal>
  );
}

function SignForm({ review, onClose }: Omit<DialogProps, 'opened'>) {
  const { client, query } = useTenantApi();
  const changed = useReviewsChanged();
  const [note, setNote] = useState('');
  const changes = useQuery(
    query.reviews.rows.queryOptions({ input: { id: review.id, filter: 'changes', limit: MOST_NAMED } }),
  );
  const signing = useMutation({
    mutationFn: () => client.reviews.sign({ id: review.id, revision: review.revision, note: note.trim() }),
    onSuccess: async () => {
      onClose();
      await changed();
    },
  });
  const keep = review.accounts - review.changes;
  return (
    <Stack gap="md">
      <Text size="sm">
        {format.plural(keep, 'account')} keep what they have.{' '}
        {review.changes === 0
          ? 'Nothing is changed.'
          : `With your signature ${format.plural(review.changes, 'change')} take effect at once:`}
      </Text>
      {changes.data && changes.data.rows.length > 0 && (
        <ul>
          {changes.data.rows.map(({ account, decision, customRoleNames, note: why }) => (
            <li key={account.id}>
              <strong>{account.name}</strong> <Status {...decisionOf(decision, customRoleNames)} />: {why}
            </li>
          ))}
        </ul>
      )}
      {changes.isError && <ErrorNotice error={changes.error} onRetry={changes.refetch} />}
      <TextInput
        data-autofocus
        label="Note"
        description="Stands in the record. May be left empty."
        maxLength={120}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {signing.isError && <ErrorNotice error={signing.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={!changes.data} loading={signing.isPending} onClick={() => signing.mutate()}>
          Sign the review
        </Button>
      </Group>
    </Stack>
  );
}
