import { Button, FileButton, Group, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconFileImport } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { SamlNameFormat, type SamlSettings } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, fieldProblems } from '../../ui';
import type { Fields } from './draft';
import classes from './sso.module.css';
import { NAME_FORMATS } from './words';

interface SamlFieldsProps {
  form: UseFormReturnType<Fields>;
}

/** What the provider is, how it names people, and how closely it is looked at. */
export function SamlFields({ form }: SamlFieldsProps) {
  const text = (name: keyof SamlSettings) => ({
    spellCheck: false,
    autoCapitalize: 'none',
    ...form.getInputProps(`settings.${name}`),
  });
  return (
    <>
      <fieldset className={classes.group}>
        <legend>Provider</legend>
        <MetadataReader form={form} />
        <div className={classes.fields}>
          <TextInput
            label="Entity id"
            placeholder="https://idp.acme.example/metadata"
            {...text('entityId')}
          />
          <TextInput
            label="Address for sign-on"
            description="By redirection (HTTP-Redirect)."
            placeholder="https://idp.acme.example/sso"
            {...text('ssoUrl')}
          />
          <Textarea
            className={classes.wide}
            label="Certificates that it signs with"
            description="In PEM. Add the next one here before the provider changes to it. Only RSA with SHA-256 or SHA-512 is taken."
            placeholder="-----BEGIN CERTIFICATE-----"
            autosize
            minRows={2}
            maxRows={6}
            {...text('certificates')}
          />
          <Switch
            className={classes.wide}
            label="Sign the requests to it"
            description="With the key of this console. Assertions must be signed by the provider in any case."
            {...form.getInputProps('settings.signRequests', { type: 'checkbox' })}
          />
        </div>
      </fieldset>
      <fieldset className={classes.group}>
        <legend>People and groups</legend>
        <div className={classes.fields}>
          <Select
            label="Name identifier"
            description="What the provider is asked for."
            allowDeselect={false}
            data={SamlNameFormat.options.map((value) => ({ value, label: NAME_FORMATS[value] }))}
            {...form.getInputProps('settings.nameFormat')}
          />
          <TextInput
            label="Attribute that never changes"
            description="Empty: the name identifier."
            {...text('idAttribute')}
          />
          <TextInput
            label="Attribute of the e-mail address"
            description="Empty: the name identifier."
            {...text('emailAttribute')}
          />
          <TextInput
            label="Attribute of the name"
            description="Empty: the e-mail address."
            {...text('nameAttribute')}
          />
          <TextInput
            label="Attribute of the groups"
            description="Empty: nobody is in a group."
            {...text('groupsAttribute')}
          />
          <NumberInput
            label="Clocks may differ by"
            suffix=" s"
            min={0}
            max={300}
            allowDecimal={false}
            {...form.getInputProps('settings.clockSkewSeconds')}
          />
          <TextInput
            className={classes.wide}
            label="Entity id of this console"
            description="Empty: the address of its metadata, which is known once this is saved."
            {...text('serviceEntityId')}
          />
          <Switch
            className={classes.wide}
            label="Offer it at the sign-in"
            description="Whoever names the tenant’s domain sees the name of this provider."
            {...form.getInputProps('settings.offered', { type: 'checkbox' })}
          />
        </div>
      </fieldset>
    </>
  );
}

/** Fills the fields of the provider out of its metadata. */
function MetadataReader({ form }: SamlFieldsProps) {
  const { client } = useTenantApi();
  const [xml, setXml] = useState('');
  const reading = useMutation({
    mutationFn: (text: string) => client.sso.readMetadata({ xml: text }),
    onSuccess: ({ entityId, ssoUrl, certificates }) => {
      form.setFieldValue('settings.entityId', entityId);
      form.setFieldValue('settings.ssoUrl', ssoUrl);
      form.setFieldValue('settings.certificates', certificates);
      setXml('');
    },
  });
  return (
    <div>
      <Textarea
        label="Metadata"
        description="Paste the provider’s metadata or read its file: they fill the fields below. Give it only what came to you on a way that you trust."
        placeholder="<EntityDescriptor …>"
        spellCheck={false}
        autosize
        minRows={2}
        maxRows={4}
        value={xml}
        error={fieldProblems(reading.error).xml}
        onChange={(event) => setXml(event.currentTarget.value)}
      />
      <Group mt="xs" gap="xs">
        <Button
          variant="default"
          size="compact-sm"
          disabled={xml.trim() === ''}
          loading={reading.isPending}
          onClick={() => reading.mutate(xml)}
        >
          Read metadata
        </Button>
        <FileButton
          accept=".xml,application/xml,application/samlmetadata+xml"
          onChange={(file) => file?.text().then((text) => reading.mutate(text))}
        >
          {(props) => (
            <Button variant="default" size="compact-sm" leftSection={<IconFileImport size={14} />} {...props}>
              Read a file
            </Button>
          )}
        </FileButton>
      </Group>
      {reading.isError && <ErrorNotice error={reading.error} fieldsMarked />}
    </div>
  );
}
