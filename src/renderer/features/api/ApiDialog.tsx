import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiState } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, fieldProblems } from '../../ui';
import {
  choiceOf,
  type ListenerFields,
  ListenerInputs,
  listenerFieldsOf,
  problemsAtFields,
  settingsOf,
  validateListener,
} from '../listeners';
import { DOORS, type DoorName } from './doors';

interface ApiDialogProps {
  opened: boolean;
  door: DoorName;
  state: ApiState;
  onClose: () => void;
}

/** Opens the REST API or the web console, changes where both answer, or closes it. */
export function ApiDialog({ opened, door, state, onClose }: ApiDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={DOORS[door].title} size={620}>
      <ApiForm door={door} state={state} onClose={onClose} />
    </Modal>
  );
}

function ApiForm({ door, state, onClose }: Omit<ApiDialogProps, 'opened'>) {
  const cache = useQueryClient();
  const words = DOORS[door];
  const isOpen = state.settings[door];
  const hasCertificate = state.certificate !== null;
  const form = useForm<ListenerFields>({
    initialValues: listenerFieldsOf(state.settings, hasCertificate),
    validate: validateListener,
  });
  const setting = useMutation({
    mutationFn: (fields: ListenerFields | null) =>
      installation.client.api.set(
        fields
          ? {
              settings: { ...state.settings, ...settingsOf(fields), [door]: true },
              certificate: choiceOf(fields),
            }
          : { settings: { ...state.settings, [door]: false }, certificate: { kind: 'kept' } },
      ),
    onSuccess: async (now) => {
      onClose();
      notifications.show(told(door, now));
      await cache.invalidateQueries({ queryKey: installation.query.api.key() });
    },
    onError: (error) => form.setErrors(problemsAtFields(fieldProblems(error))),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((fields) => setting.mutate(fields))}>
      <Stack gap="md">
        <ListenerInputs form={form} hasCertificate={hasCertificate} />
        {form.getValues().address !== '127.0.0.1' && (
          <Alert color="orange" title="Other machines will reach it">
            {words.reached} Let the firewall say which machines may.
          </Alert>
        )}
        {setting.isError && <ErrorNotice error={setting.error} fieldsMarked />}
        <Group justify="space-between" gap="xs">
          {isOpen ? (
            <Button
              variant="default"
              color="red"
              loading={setting.isPending}
              onClick={() => setting.mutate(null)}
            >
              Close the {words.short}
            </Button>
          ) : (
            <span />
          )}
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={setting.isPending}>
              {isOpen ? 'Save' : `Open the ${words.short}`}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

function told(door: DoorName, { settings, state, baseUrl, problem }: ApiState) {
  const { name, closed } = DOORS[door];
  const title = `The ${name}`;
  if (!settings[door]) return { title: `${title} is closed`, message: closed };
  if (state === 'open') return { title: `${title} is open`, message: `It answers at ${baseUrl}.` };
  return { title: `${title} cannot be opened`, message: problem ?? '', color: 'red' };
}
