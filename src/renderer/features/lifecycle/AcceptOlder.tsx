import { Button, Group, Modal, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice } from '../../ui';
import { useTenantChanged } from './useTenantChanged';

/** For a tenant whose database was put back from an older backup on purpose: its audit chain ends too early. */
export function AcceptOlder({ tenant }: { tenant: Tenant }) {
  const changed = useTenantChanged();
  const [opened, setOpened] = useState(false);
  const [reason, setReason] = useState('');
  const accept = useMutation({
    mutationFn: () => installation.client.audit.acceptOlder({ id: tenant.id, reason }),
    onSuccess: () => {
      setOpened(false);
      void changed();
    },
  });
  return (
    <>
      <Group justify="center" mt="sm">
        <Button variant="default" onClick={() => setOpened(true)}>
          Accept an older state…
        </Button>
      </Group>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={`Accept an older state of ${tenant.name}`}
      >
        <p>
          Only when its database was put back from a backup on purpose. What happened since that backup is
          lost, and its audit chain goes on from there. Your reason and the checkpoint that is given up stand
          in the audit of the installation, and the tenant’s chain says that its checkpoint was gone. A chain
          that was edited stays shut.
        </p>
        <Textarea
          label="Reason"
          required
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {accept.isError && <ErrorNotice error={accept.error} doing="The older state was not accepted." />}
        <Button
          mt="md"
          disabled={reason.trim().length < 3}
          loading={accept.isPending}
          onClick={() => accept.mutate()}
        >
          Accept the older state
        </Button>
      </Modal>
    </>
  );
}
