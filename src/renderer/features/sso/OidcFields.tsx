import { PasswordInput, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { OidcSettings, SsoProvider } from '../../../contract';
import { Identifier, KeyValueList } from '../../ui';
import type { Fields } from './draft';
import classes from './sso.module.css';
import { CLIENT_AUTHENTICATIONS } from './words';

interface OidcFieldsProps {
  form: UseFormReturnType<Fields>;
  settings: OidcSettings;
  provider: SsoProvider | null;
}

/** What the provider is, how the console is known to it, and what it says of people. */
export function OidcFields({ form, settings, provider }: OidcFieldsProps) {
  const text = (name: keyof OidcSettings) => ({
    spellCheck: false,
    autoCapitalize: 'none',
    ...form.getInputProps(`settings.${name}`),
  });
  return (
    <>
      <fieldset className={classes.group}>
        <legend>Provider</legend>
        <div className={classes.fields}>
          <TextInput
            className={classes.wide}
            label="Issuer"
            description="Exactly as the provider writes it. What it says of itself is read below /.well-known/openid-configuration."
            placeholder="https://login.acme.example/realms/staff"
            {...text('issuer')}
          />
          <TagsInput
            className={classes.wide}
            label="Other servers"
            description="Where the provider’s addresses lead besides the issuer’s own server. The test says when one is missing."
            placeholder="https://keys.acme.example"
            splitChars={[',', ' ']}
            {...form.getInputProps('settings.otherServers')}
          />
          <Textarea
            className={classes.wide}
            label="Certificate of the house’s authority"
            description="In PEM. Only where the provider’s certificate is not from a public authority."
            placeholder="-----BEGIN CERTIFICATE-----"
            autosize
            minRows={2}
            maxRows={5}
            {...text('authorities')}
          />
        </div>
      </fieldset>
      <fieldset className={classes.group}>
        <legend>This console at the provider</legend>
        <Addresses provider={provider} />
        <div className={classes.fields}>
          <TextInput label="Client id" {...text('clientId')} />
          <Select
            label="How it proves who it is"
            allowDeselect={false}
            data={CLIENT_AUTHENTICATIONS}
            {...form.getInputProps('settings.clientAuthentication')}
          />
          {settings.clientAuthentication !== 'none' && (
            <PasswordInput
              className={classes.wide}
              label="Client secret"
              description={
                provider?.hasSecret
                  ? 'Sealed and never shown again. Empty keeps it.'
                  : 'Sealed in the tenant’s database and never shown again.'
              }
              autoComplete="off"
              visibilityToggleButtonProps={{ 'aria-label': 'Show the client secret' }}
              {...form.getInputProps('secret')}
            />
          )}
          <TextInput
            className={classes.wide}
            label="Scopes"
            description="With offline_access most providers give a refresh token: then the console asks every 10 minutes whether a person is still there. Without one a session ends when the access token does."
            {...text('scopes')}
          />
          <Switch
            className={classes.wide}
            label="Ask people for consent each time"
            description="Some providers give a refresh token only then."
            {...form.getInputProps('settings.askConsent', { type: 'checkbox' })}
          />
        </div>
      </fieldset>
      <fieldset className={classes.group}>
        <legend>People and groups</legend>
        <div className={classes.fields}>
          <TextInput
            className={classes.wide}
            label="Claim of the groups"
            description="Such as groups, or realm_access.roles for one within another. Empty: nobody is in a group."
            {...text('groupsClaim')}
          />
          <Switch
            className={classes.wide}
            label="Take addresses that the provider has not verified"
            description="Whoever may choose their address over there can then come in under an address that is not theirs. Accounts that exist are never taken over by one."
            {...form.getInputProps('settings.trustUnverifiedEmail', { type: 'checkbox' })}
          />
          <Switch
            className={classes.wide}
            label="Offer it at the sign-in"
            description="Whoever names the tenant’s domain sees the name of this provider, and so that the tenant is here. Otherwise people need its sign-on code."
            {...form.getInputProps('settings.offered', { type: 'checkbox' })}
          />
        </div>
      </fieldset>
    </>
  );
}

/** What is registered at the provider, once the provider has an address here. */
function Addresses({ provider }: Pick<OidcFieldsProps, 'provider'>) {
  if (!provider?.addresses) {
    return (
      <p className={classes.hint}>
        Save first: then the addresses to register at the provider stand here. It stays disabled meanwhile.
      </p>
    );
  }
  const { callback, logout } = provider.addresses;
  return (
    <KeyValueList
      items={[
        { label: 'Redirect URI', value: <Identifier value={callback} label="redirect URI" /> },
        { label: 'Back-channel logout URI', value: <Identifier value={logout} label="logout URI" /> },
        { label: 'Sign-on code', value: <Identifier value={provider.id} label="sign-on code" /> },
      ]}
    />
  );
}
