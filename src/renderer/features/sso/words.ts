import type {
  GroupLookup,
  OidcSettings,
  SamlNameFormat,
  SsoProvider,
  SsoStep,
  SsoStepResult,
  TenantRole,
} from '../../../contract';
import type { StatusTone } from '../../ui';

/** The kinds of providers as people call them. */
export const KINDS: Record<SsoProvider['settings']['kind'], string> = {
  ldap: 'LDAP directory',
  oidc: 'OpenID Connect',
  saml: 'SAML 2.0',
};

export const NEW_TITLES: Record<SsoProvider['settings']['kind'], string> = {
  ldap: 'Add a directory',
  oidc: 'Add an OpenID provider',
  saml: 'Add a SAML provider',
};

/** What the minutes of grace are for. */
export const GRACE: Record<SsoProvider['settings']['kind'], { label: string; description: string }> = {
  ldap: {
    label: 'Grace while the directory does not answer',
    description:
      'The directory is asked about everybody every 10 minutes. For so much longer than 15 minutes people go on working when it is silent.',
  },
  oidc: {
    label: 'Grace while the provider does not answer',
    description:
      'With a refresh token the provider is asked about everybody who works here every 10 minutes. For so much longer than 15 minutes people go on working when it is silent.',
  },
  saml: {
    label: 'Longer than 15 minutes between two sign-ons',
    description:
      'SAML says nothing of people who are not there to sign in. So they pass through the browser again every 15 minutes, and so does whoever was disabled over there. Each minute more lets somebody disabled work a minute longer.',
  },
};

export const STEPS: Record<SsoStep, string> = {
  allowed: 'Network rules',
  resolve: 'Name',
  connect: 'Connection',
  tls: 'TLS',
  bind: 'Searching account',
  search: 'Person',
  password: 'Password',
  discovery: 'Description',
  keys: 'Keys',
  client: 'Client',
  browser: 'Browser',
  token: 'Tokens',
  certificates: 'Certificates',
  answer: 'Answer',
  status: 'Status',
  decryption: 'Decryption',
  signature: 'Signature',
  addressee: 'Addressee',
  validity: 'Validity',
  person: 'Person',
  groups: 'Groups',
  role: 'Role',
};

export const OUTCOMES: Record<SsoStepResult['outcome'], { tone: StatusTone; word: string }> = {
  passed: { tone: 'ok', word: 'passed' },
  failed: { tone: 'bad', word: 'failed' },
  skipped: { tone: 'idle', word: 'not tried' },
};

export const LOOKUPS: Record<GroupLookup, string> = {
  nested: 'Search, from group to group',
  'in-chain': 'Active Directory’s rule for chains',
  'member-of': 'The memberOf of the person, direct groups only',
};

export const CLIENT_AUTHENTICATIONS: { value: OidcSettings['clientAuthentication']; label: string }[] = [
  { value: 'basic', label: 'Secret, in the header (client_secret_basic)' },
  { value: 'post', label: 'Secret, in the body (client_secret_post)' },
  { value: 'none', label: 'No secret: PKCE alone (public client)' },
];

export const NAME_FORMATS: Record<SamlNameFormat, string> = {
  persistent: 'Persistent, for this console alone',
  email: 'The e-mail address',
  unspecified: 'Left to the provider',
};

export const ROLES: { value: TenantRole; label: string }[] = [
  { value: 'tenant-admin', label: 'Tenant admin' },
  { value: 'user', label: 'User' },
  { value: 'guest', label: 'Guest' },
];
