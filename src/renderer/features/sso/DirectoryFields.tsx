import { PasswordInput, SegmentedControl, Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { GroupLookup, type LdapSettings } from '../../../contract';
import { type Fields, LAYOUTS, type Layout, layoutOf } from './draft';
import classes from './sso.module.css';
import { LOOKUPS } from './words';

interface DirectoryFieldsProps {
  form: UseFormReturnType<Fields>;
  settings: LdapSettings;
  hasSecret: boolean;
}

/** Where the directory is, who searches in it, and how it is laid out. */
export function DirectoryFields({ form, settings, hasSecret }: DirectoryFieldsProps) {
  const text = (name: keyof LdapSettings) => ({
    spellCheck: false,
    autoCapitalize: 'none',
    ...form.getInputProps(`settings.${name}`),
  });
  return (
    <>
      <fieldset className={classes.group}>
        <legend>Server</legend>
        <div className={classes.fields}>
          <TextInput
            label="Address"
            description="An operator declares its host in Network, for directories."
            placeholder="ldaps://ldap.acme.example"
            {...text('url')}
          />
          {settings.url.trim().startsWith('ldap:') && (
            <Switch
              mt={28}
              label="StartTLS"
              description="Needed for another machine: passwords never travel in the clear."
              {...form.getInputProps('settings.startTls', { type: 'checkbox' })}
            />
          )}
          <Textarea
            className={classes.wide}
            label="Certificates of your own authority"
            description="In PEM. Leave it empty when a public authority signed the server’s certificate."
            placeholder="-----BEGIN CERTIFICATE-----"
            autosize
            minRows={2}
            maxRows={6}
            {...text('authorities')}
          />
        </div>
      </fieldset>
      <fieldset className={classes.group}>
        <legend>Searching account</legend>
        <div className={classes.fields}>
          <TextInput
            label="Distinguished name"
            description="An account that may read people and groups, nothing more."
            placeholder="cn=reader,dc=acme,dc=example"
            {...text('bindDn')}
          />
          <PasswordInput
            label="Its password"
            description={
              hasSecret
                ? 'Leave it empty to keep the present one.'
                : 'Kept sealed in the tenant’s database, never shown again.'
            }
            autoComplete="off"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
            {...form.getInputProps('secret')}
          />
        </div>
      </fieldset>
      <fieldset className={classes.group}>
        <legend>People and groups</legend>
        <SegmentedControl
          aria-label="Layout of the directory"
          data={Object.entries(LAYOUTS).map(([value, { label }]) => ({ value, label }))}
          value={layoutOf(settings)}
          onChange={(value) =>
            form.setFieldValue('settings', { ...settings, ...LAYOUTS[value as Layout].settings })
          }
        />
        <div className={classes.fields}>
          <TextInput
            label="People are below"
            placeholder="ou=people,dc=acme,dc=example"
            {...text('peopleBase')}
          />
          <TextInput
            label="Groups are below"
            placeholder="ou=groups,dc=acme,dc=example"
            disabled={settings.groupLookup === 'member-of'}
            {...text('groupsBase')}
          />
          <TextInput
            className={classes.wide}
            label="Filter for people"
            description="Whoever does not meet it any more is out."
            {...text('peopleFilter')}
          />
          <TextInput label="Attribute of the e-mail address" {...text('emailAttribute')} />
          <TextInput label="Attribute of the name" {...text('nameAttribute')} />
          <TextInput
            label="Attribute that never changes"
            description="So that a person who is renamed stays the same."
            {...text('idAttribute')}
          />
          <TextInput
            label="Attribute of a group’s members"
            description="Holds distinguished names."
            disabled={settings.groupLookup === 'member-of'}
            {...text('memberAttribute')}
          />
          <Select
            className={classes.wide}
            label="Groups of a person"
            allowDeselect={false}
            data={GroupLookup.options.map((value) => ({ value, label: LOOKUPS[value] }))}
            {...form.getInputProps('settings.groupLookup')}
          />
        </div>
      </fieldset>
    </>
  );
}
