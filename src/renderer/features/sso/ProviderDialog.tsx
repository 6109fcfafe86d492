import { Button, Group, Modal, NumberInput, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { LdapSettings, OidcSettings, SamlSettings, SsoProvider } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, fieldProblems } from '../../ui';
import { DirectoryFields } from './DirectoryFields';
import { draftOf, type Fields, fieldsOf, newFields, type SsoKind } from './draft';
import { OidcFields } from './OidcFields';
import { RoleFields } from './RoleFields';
import { SamlFields } from './SamlFields';
import classes from './sso.module.css';
import { TrialPanel } from './TrialPanel';
import { GRACE, NEW_TITLES } from './words';

interface ProviderDialogProps {
  opened: boolean;
  /** The provider, or the kind of a new one. */
  subject: SsoProvider | SsoKind;
  onClose: () => void;
}

/** Writes a provider of sign-on down, and tries it before it is saved. */
export function ProviderDialog({ opened, subject, onClose }: ProviderDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={typeof subject === 'string' ? NEW_TITLES[subject] : `Sign-on by ${subject.name}`}
      size={760}
    >
      <ProviderForm subject={subject} onClose={onClose} />
    </Modal>
  );
}

function validate(fields: Fields): Record<string, string | null> {
  const name = fields.name.trim() ? null : 'A name';
  const { settings } = fields;
  if (settings.kind === 'oidc') return { name, ...oidcProblems(settings) };
  return { name, ...(settings.kind === 'ldap' ? directoryProblems(settings) : samlProblems(settings)) };
}

function directoryProblems({ url, peopleBase, peopleFilter }: LdapSettings): Record<string, string | null> {
  return {
    'settings.url': /^ldaps?:\/\/\S+$/.test(url.trim())
      ? null
      : 'An address such as ldaps://ldap.acme.example',
    'settings.peopleBase': peopleBase.trim()
      ? null
      : 'Where people are, such as ou=people,dc=acme,dc=example',
    'settings.peopleFilter': peopleFilter.trim().startsWith('(') ? null : 'A filter in brackets',
  };
}

function oidcProblems({ issuer, clientId, scopes }: OidcSettings): Record<string, string | null> {
  return {
    'settings.issuer': /^https:\/\/[^\s/]\S*$/.test(issuer.trim())
      ? null
      : 'An address such as https://login.acme.example',
    'settings.clientId': clientId.trim() ? null : 'The id under which the provider knows this console',
    'settings.scopes': scopes.split(/\s+/).includes('openid') ? null : 'openid must be among them',
  };
}

function samlProblems({ entityId, ssoUrl, certificates }: SamlSettings): Record<string, string | null> {
  return {
    'settings.entityId': entityId.trim() ? null : 'The provider’s entity id, out of its metadata',
    'settings.ssoUrl': /^https:\/\/\S+$/.test(ssoUrl.trim())
      ? null
      : 'An address such as https://idp.acme.example/sso',
    'settings.certificates': certificates.includes('-----BEGIN CERTIFICATE-----')
      ? null
      : 'A certificate in PEM',
  };
}

/** The engine names the fields below `draft`. */
function problemsOf(error: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fieldProblems(error)).map(([path, problem]) => [path.replace(/^draft\./, ''), problem]),
  );
}

function ProviderForm({ subject, onClose }: Omit<ProviderDialogProps, 'opened'>) {
  const { client, query } = useTenantApi();
  const cache = useQueryClient();
  const provider = typeof subject === 'string' ? null : subject;
  const form = useForm<Fields>({
    initialValues: typeof subject === 'string' ? newFields(subject) : fieldsOf(subject),
    validate,
  });
  const { settings } = form.values;
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
        {settings.kind === 'ldap' ? (
          <DirectoryFields form={form} settings={settings} hasSecret={provider?.hasSecret ?? false} />
        ) : settings.kind === 'oidc' ? (
          <OidcFields form={form} settings={settings} provider={provider} />
        ) : (
          <SamlFields form={form} />
        )}
        <RoleFields form={form} />
        <fieldset className={classes.group}>
          <legend>Accounts</legend>
          <Switch
            label="Take over accounts that have the same address"
            description="Their password here stops working. Accounts of tenant admins are never taken over."
            {...form.getInputProps('adoptExisting', { type: 'checkbox' })}
          />
          <NumberInput
            label={GRACE[settings.kind].label}
            description={GRACE[settings.kind].description}
            suffix=" min"
            min={0}
            max={1_440}
            allowDecimal={false}
            classNames={{ wrapper: classes.short }}
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
