import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import type { DeletionRecord, Tenant } from '../../../contract';
import { installation } from '../../app/api';
import { ConfirmByName, format, KeyValueList, Status } from '../../ui';
import { saveStatement } from '../keys';
import { LifecycleSteps } from './LifecycleSteps';
import { useTenantChanged } from './useTenantChanged';

const DELETE_TIMEOUT_MS = 120_000;

interface DeleteTenantProps {
  tenant: Tenant;
  opened: boolean;
  onClose: () => void;
}

/** Deletes a tenant: asks for its name, shows the steps, then what was removed. */
export function DeleteTenant({ tenant, opened, onClose }: DeleteTenantProps) {
  const navigate = useNavigate();
  const changed = useTenantChanged();
  const removal = useMutation({
    mutationFn: (confirmName: string) =>
      installation.client.tenants.delete(
        { id: tenant.id, confirmName },
        { context: { timeoutMs: DELETE_TIMEOUT_MS } },
      ),
  });
  const losses = useLosses(tenant, opened);
  const leave = async () => {
    await navigate('/tenants');
    await changed();
  };

  if (removal.isPending || removal.isSuccess) {
    return (
      <Modal
        opened={opened}
        onClose={() => (removal.isSuccess ? void leave() : undefined)}
        withCloseButton={removal.isSuccess}
        title={removal.isSuccess ? `${tenant.name} is deleted` : `Deleting ${tenant.name}`}
        size={520}
      >
        {removal.isSuccess ? (
          <Deleted record={removal.data} onDone={() => void leave()} />
        ) : (
          <LifecycleSteps tenantId={tenant.id} label="Steps of deleting the tenant" />
        )}
      </Modal>
    );
  }
  return (
    <ConfirmByName
      opened={opened}
      onClose={() => {
        removal.reset();
        onClose();
      }}
      title={`Delete ${tenant.name}?`}
      name={tenant.name}
      losses={losses}
      action="Delete tenant"
      error={removal.error}
      onConfirm={(typed) => removal.mutate(typed)}
    />
  );
}

function useLosses(tenant: Tenant, enabled: boolean): string[] {
  const environment = useQuery({
    ...installation.query.tenants.environment.queryOptions({ input: { id: tenant.id } }),
    enabled,
  });
  const sizes = environment.data;
  return [
    'its key: without it no copy of its database, on any disk or backup, can be read again',
    `its conversations, accounts, usage and audit chain${sizes ? ` (${format.bytes(sizes.database.sizeBytes)})` : ''}`,
    `its documents${sizes ? ` (${format.bytes(sizes.storage.usedBytes)})` : ''}`,
  ];
}

function Deleted({ record, onDone }: { record: DeletionRecord; onDone: () => void }) {
  return (
    <Stack gap="md">
      <KeyValueList
        items={[
          {
            label: 'Key',
            value: record.keyDestroyed ? (
              <Status tone="ok" label="Destroyed" />
            ) : (
              <Status tone="bad" label="Still there" />
            ),
          },
          { label: 'Files removed', value: format.count(record.filesRemoved) },
          { label: 'Bytes removed', value: format.bytes(record.bytesRemoved) },
          { label: 'At', value: format.exactTime(record.deletedAt) },
        ]}
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => saveStatement(record.certificate)}>
          Save the certificate
        </Button>
        <Button data-autofocus onClick={onDone}>
          Back to tenants
        </Button>
      </Group>
    </Stack>
  );
}
