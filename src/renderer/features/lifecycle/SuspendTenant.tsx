import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Tenant } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice } from '../../ui';
import { useTenantChanged } from './useTenantChanged';

interface SuspendTenantProps {
  tenant: Tenant;
  opened: boolean;
  onClose: () => void;
}

/** Asks why a tenant is to be suspended, says what that means, and does it. */
export function SuspendTenant({ tenant, opened, onClose }: SuspendTenantProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Suspend ${tenant.name}?`} size={480}>
      <SuspendForm tenant={tenant} onClose={onClose} />
    </Modal>
  );
}

function SuspendForm({ tenant, onClose }: Omit<SuspendTenantProps, 'opened'>) {
  const [reason, setReason] = useState('');
  const changed = useTenantChanged();
  const suspend = useMutation({
    mutationFn: () => installation.client.tenants.suspend({ id: tenant.id, reason }),
    onSuccess: async (after) => {
      onClose();
      notifications.show({ title: `${after.name} is suspended`, message: 'Nothing of it was deleted.' });
      await changed(after);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim()) suspend.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div>
          Its members are signed out and nobody signs in, answers that run are stopped, and its key leaves the
          engine. Its data stays as it is. You can resume it at any time.
        </div>
        <Textarea
          data-autofocus
          label="Reason"
          description="Stands in the audit chain."
          required
          minRows={2}
          autosize
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {suspend.isError && <ErrorNotice error={suspend.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!reason.trim()} loading={suspend.isPending}>
            Suspend tenant
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
