import { Button, Group, Modal, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Model, Provider } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, format } from '../../ui';
import { useModelsChanged } from './useModels';
import { nameOf } from './words';

interface ConfirmProps {
  /** The word on the button. */
  action: string;
  act: () => Promise<unknown>;
  done: { title: string; message: string };
  onClose: () => void;
  onDone?: () => void;
  children: ReactNode;
}

function Confirm({ action, act, done, onClose, onDone, children }: ConfirmProps) {
  const changed = useModelsChanged();
  const removal = useMutation({
    mutationFn: act,
    onSuccess: async () => {
      onClose();
      onDone?.();
      notifications.show(done);
      await changed();
    },
  });
  return (
    <Stack gap="md">
      <div>{children}</div>
      {removal.isError && <ErrorNotice error={removal.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button color="red" loading={removal.isPending} onClick={() => removal.mutate()}>
          {action}
        </Button>
      </Group>
    </Stack>
  );
}

interface RemoveProviderProps {
  provider: Provider | null;
  onClose: () => void;
}

/** Asks before a provider is removed, and says what that means for tenants. */
export function RemoveProvider({ provider, onClose }: RemoveProviderProps) {
  return (
    <Modal opened={provider !== null} onClose={onClose} title="Remove this provider?" size={460}>
      {provider && (
        <Confirm
          action="Remove provider"
          act={() => installation.client.models.removeProvider({ id: provider.id })}
          done={{ title: 'Provider removed', message: provider.name }}
          onClose={onClose}
        >
          <strong>{provider.name}</strong> is asked no longer
          {provider.hasKey ? ', and its key leaves the keychain' : ''}. Tenants that use a model of it go on
          with their fallbacks. The server and its models stay as they are.
        </Confirm>
      )}
    </Modal>
  );
}

interface RemoveModelProps {
  model: Model | null;
  onClose: () => void;
  onRemoved: () => void;
}

/** Asks before a model is deleted, and says what is lost. */
export function RemoveModel({ model, onClose, onRemoved }: RemoveModelProps) {
  return (
    <Modal opened={model !== null} onClose={onClose} title="Delete this model?" size={460}>
      {model && (
        <Confirm
          action="Delete model"
          act={() => installation.client.models.remove({ id: model.id })}
          done={{ title: 'Model deleted', message: nameOf(model) }}
          onClose={onClose}
          onDone={onRemoved}
        >
          The weights of <strong>{nameOf(model)}</strong>
          {model.sizeBytes === null ? '' : ` (${format.bytes(model.sizeBytes)})`} are deleted from its
          provider and must be imported or pulled again. Tenants that use it go on with their fallbacks.
        </Confirm>
      )}
    </Modal>
  );
}
