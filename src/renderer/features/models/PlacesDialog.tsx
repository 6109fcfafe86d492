import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Provider } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice } from '../../ui';
import { useModelsChanged } from './useModels';

interface PlacesDialogProps {
  provider: Provider | null;
  /** What it is now. */
  places: number;
  onClose: () => void;
}

/** Asks how many answers a provider makes at the same time. */
export function PlacesDialog({ provider, places, onClose }: PlacesDialogProps) {
  return (
    <Modal
      opened={provider !== null}
      onClose={onClose}
      title={`Answers of ${provider?.name ?? ''} at once`}
      size={440}
    >
      {provider && <PlacesForm provider={provider} places={places} onClose={onClose} />}
    </Modal>
  );
}

const MOST = 10_000;

function PlacesForm({ provider, places, onClose }: PlacesDialogProps & { provider: Provider }) {
  const changed = useModelsChanged();
  const [value, setValue] = useState<number | string>(places);
  const saving = useMutation({
    mutationFn: () => installation.client.models.setPlaces({ provider: provider.id, places: Number(value) }),
    onSuccess: async () => {
      await changed();
      onClose();
    },
  });
  return (
    <Stack gap="md">
      <NumberInput
        data-autofocus
        label="Answers at the same time"
        description="As many as the server makes without one slowing the others. What is more waits here, and tenants take turns by the priority of their plans."
        min={1}
        max={MOST}
        allowDecimal={false}
        value={value}
        onChange={setValue}
      />
      {saving.isError && <ErrorNotice error={saving.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={!(Number(value) >= 1)} loading={saving.isPending} onClick={() => saving.mutate()}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
