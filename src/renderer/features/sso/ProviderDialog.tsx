import { Button, Group, Modal, NumberInput, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SsoProvider } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, fieldProblems } from '../../ui';
import { DirectoryFields } from './DirectoryFields';
import { draftOf, type Fields, fieldsOf } from './draft';
import { RoleFields } from './RoleFields';
import classes from './sso.module.css';
import { TrialPanel } from './TrialPanel';

interface ProviderDialogProps {
  opened: boolean;
  /** `null` for a new one. */
  provider: SsoProvider | null;
  onClose: () => void;
}

/** Writes a provider of sign-on down, and tries it before it is saved. */
export function ProviderDialog({ opened, provider, onClose }: ProviderDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={provider ? `Sign-on by ${provider.name}` : 'Add a directory'}
      size={760}
    >
      <ProviderForm provider={provider} onClose={onClose} />
    </Modal>
  );
}

function validate(fields: Fields): Record<string, string | null> {
  const { url, peopleBase, peopleFilter } = fields.settings;
  return {
    name: fields.name.trim() ? null : 'A name',
    'settings.url': /^ldaps?:\/\/\S+$/.test(url.trim())
      ? null
      : 'An address such as ldaps://ldap.acme.example',
    'settings.peopleBase': peopleBase.trim()
      ? null
      : 'Where people are, such as ou=people,dc=acme,dc=example',
    'settings.peopleFilter': peopleFilter.trim().startsWith('(') ? null : 'A filter in brackets',
  };
}

/** The engine names the fields below `draft`. */
function problemsOf(error: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fieldProblems(error)).map(([path, problem]) => [path.replace(/^draft\./, ''), problem]),
  );
}

function ProviderForm({ provider, onClose }: Omit<ProviderDialogProps, 'opened'>) {
  const { client, query } = useTenantApi();
  const cache = useQueryClient();
  const form = useForm<Fields>({ initialValues: fieldsOf(provider), validate });
  const saving = useMutation({
    mutationFn: (fields: Fields) => {
      const draft = draftOf(fields);
      return provider
        ? client.sso.update({ id: provider.id, revision: provider.revision, draft })
        : client.sso.add({ draft });
    },
    onSuccess: async (saved) => {
      onClose();
      notifications.show({
        title: `${saved.name} is saved`,
        message:
          saved.state === 'enabled'
            ? 'It holds from the next sign-in on.'
            : 'Nobody signs in by it before it is enabled.',
      });
      await cache.invalidateQueries({ queryKey: query.sso.key() });
    },
    onError: (error) => form.setErrors(problemsOf(error)),
  });
  return (
    <form noValidate onSubmit={form.onSubmit((fields) => saving.mutate(fields))}>
      <Stack gap="lg">
        <TextInput data-autofocus label="Name" maxLength={120} {...form.getInputProps('name')} />
        <DirectoryFields form={form} hasSecret={provider?.hasSecret ?? false} />
        <RoleFields form={form} />
        <fieldset className={classes.group}>
          <legend>Accounts</legend>
          <Switch
            label="Take over accounts that have the same address"
            description="Their password here stops working. Accounts of tenant admins are never taken over."
            {...form.getInputProps('adoptExisting', { type: 'checkbox' })}
          />
          <NumberInput
            label="Grace while the directory does not answer"
            description="The directory is asked about everybody every 10 minutes. For so much longer than 15 minutes people go on working when it is silent."
            suffix=" min"
            min={0}
            max={1_440}
            allowDecimal={false}
            maw={320}
            {...form.getInputProps('graceMinutes')}
          />
        </fieldset>
        <TrialPanel
          form={form}
          providerId={provider?.id ?? null}
          onProblems={(error) => form.setErrors(problemsOf(error))}
        />
        {saving.isError && <ErrorNotice error={saving.error} fieldsMarked />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
