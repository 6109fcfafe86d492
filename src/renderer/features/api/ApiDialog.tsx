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

interface ApiDialogProps {
  opened: boolean;
  state: ApiState;
  onClose: () => void;
}

/** Opens the REST API, changes where it answers, or closes it. */
export function ApiDialog({ opened, state, onClose }: ApiDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="REST API" size={620}>
      <ApiForm state={state} onClose={onClose} />
    </Modal>
  );
}

function ApiForm({ state, onClose }: Omit<ApiDialogProps, 'opened'>) {
  const cache = useQueryClient();
  const { enabled } = state.settings;
  const hasCertificate = state.certificate !== null;
  const form = useForm<ListenerFields>({
    initialValues: listenerFieldsOf(state.settings, hasCertificate),
    validate: validateListener,
  });
  const setting = useMutation({
    mutationFn: (fields: ListenerFields | null) =>
      installation.client.api.set(
        fields
          ? { settings: { ...settingsOf(fields), enabled: true }, certificate: choiceOf(fields) }
          : { settings: { ...state.settings, enabled: false }, certificate: { kind: 'kept' } },
      ),
    onSuccess: async (now) => {
      onClose();
      notifications.show(WORDS[now.state](now));
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
            Whoever has an API key can then ask from there. Let the firewall say which machines may.
          </Alert>
        )}
        {setting.isError && <ErrorNotice error={setting.error} fieldsMarked />}
        <Group justify="space-between" gap="xs">
          {enabled ? (
            <Button
              variant="default"
              color="red"
              loading={setting.isPending}
              onClick={() => setting.mutate(null)}
            >
              Close the API
            </Button>
          ) : (
            <span />
          )}
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={setting.isPending}>
              {enabled ? 'Save' : 'Open the API'}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

const WORDS: Record<
  ApiState['state'],
  (state: ApiState) => { title: string; message: string; color?: string }
> = {
  open: ({ baseUrl }) => ({ title: 'The REST API is open', message: `It answers at ${baseUrl}.` }),
  closed: () => ({ title: 'The REST API is closed', message: 'Programs that call it get no answer.' }),
  failed: ({ problem }) => ({
    title: 'The REST API cannot be opened',
    message: problem ?? '',
    color: 'red',
  }),
};
