import { Button, Group, Modal, MultiSelect, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type AccessReview, type ReviewDecision, type ReviewRow, TenantRole } from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice } from '../../ui';
import { useReviewsChanged } from './useReviewsChanged';

interface DialogProps {
  review: AccessReview;
  row: ReviewRow | null;
  onClose: () => void;
}

/** Changes the roles of an account or disables it, with a word why. */
export function DecideDialog({ review, row, onClose }: DialogProps) {
  return (
    <Modal
      opened={row !== null}
      onClose={onClose}
      title={row ? `Change: ${row.account.name}` : ''}
      size={480}
    >
      {row && <DecideForm review={review} row={row} onClose={onClose} />}
    </Modal>
  );
}

function DecideForm({ review, row, onClose }: DialogProps & { row: ReviewRow }) {
  const { client, query } = useTenantApi();
  const changed = useReviewsChanged();
  const roles = useQuery(query.access.roles.queryOptions({ input: {} }));
  const before = row.decision?.kind === 'change' ? row.decision : null;
  const [kind, setKind] = useState<'change' | 'disable'>(
    row.decision?.kind === 'disable' ? 'disable' : 'change',
  );
  const [role, setRole] = useState(before?.role ?? row.account.role);
  const [custom, setCustom] = useState(before?.customRoles ?? row.account.customRoles.map(({ id }) => id));
  const [note, setNote] = useState(row.note);
  const decision: ReviewDecision = kind === 'disable' ? { kind } : { kind, role, customRoles: custom };
  const deciding = useMutation({
    mutationFn: () => client.reviews.decide({ id: review.id, accounts: [row.account.id], decision, note }),
    onSuccess: async () => {
      onClose();
      await changed();
    },
  });
  return (
    <Stack gap="md">
      <Radio.Group
        label="What"
        value={kind}
        onChange={(value) => setKind(value === 'disable' ? 'disable' : 'change')}
      >
        <Group mt={6}>
          <Radio value="change" label="Give other roles" data-autofocus />
          <Radio value="disable" label="Disable the account" />
        </Group>
      </Radio.Group>
      {kind === 'change' && (
        <>
          <Select
            label="Role"
            allowDeselect={false}
            data={TenantRole.options.map((value) => ({ value, label: ROLE_WORDS[value] }))}
            value={role}
            onChange={(value) => setRole(TenantRole.parse(value))}
          />
          <MultiSelect
            label="Custom roles"
            placeholder={custom.length === 0 ? 'None' : undefined}
            data={(roles.data ?? row.account.customRoles).map(({ id, name }) => ({ value: id, label: name }))}
            value={custom}
            onChange={setCustom}
          />
        </>
      )}
      <TextInput
        label="Why"
        description="It stands in the signed record. It takes effect when the review is signed."
        maxLength={500}
        required
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {deciding.isError && <ErrorNotice error={deciding.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          color={kind === 'disable' ? 'red' : undefined}
          disabled={note.trim() === ''}
          loading={deciding.isPending}
          onClick={() => deciding.mutate()}
        >
          {kind === 'disable' ? 'Decide to disable' : 'Decide to change'}
        </Button>
      </Group>
    </Stack>
  );
}
