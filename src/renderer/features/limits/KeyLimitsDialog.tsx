import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey, OwnLimits } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice } from '../../ui';
import { LimitInputs } from './LimitInputs';
import { widerThanKeys } from './wider';

interface KeyLimitsDialogProps {
  apiKey: ApiKey | null;
  onClose: () => void;
}

/** Changes how much a key may ask for. */
export function KeyLimitsDialog({ apiKey, onClose }: KeyLimitsDialogProps) {
  return (
    <Modal opened={apiKey !== null} onClose={onClose} title={`Limits of ${apiKey?.name ?? ''}`} size={560}>
      {apiKey && <KeyLimitsForm apiKey={apiKey} onClose={onClose} />}
    </Modal>
  );
}

function KeyLimitsForm({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { client, query } = useTenantApi();
  const all = useQuery(query.limits.read.queryOptions({ input: {} }));
  const [limits, setLimits] = useState<OwnLimits>(apiKey.limits);
  const saving = useMutation({
    mutationFn: () => client.apiKeys.setLimits({ id: apiKey.id, limits }),
    onSuccess: onClose,
  });
  return (
    <Stack gap="md">
      <div>Where nothing is entered, the key may do what the tenant lets its keys do.</div>
      <LimitInputs value={limits} onChange={setLimits} otherwise={all.data && widerThanKeys(all.data)} />
      {saving.isError && <ErrorNotice error={saving.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={saving.isPending} onClick={() => saving.mutate()}>
          Save limits
        </Button>
      </Group>
    </Stack>
  );
}
