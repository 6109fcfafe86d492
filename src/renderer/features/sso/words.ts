import type {
  GroupLookup,
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
  saml: 'SAML 2.0',
};

export const NEW_TITLES: Record<SsoProvider['settings']['kind'], string> = {
  ldap: 'Add a directory',
  saml: 'Add a SAML provider',
};

/** What the minutes of grace are for. */
export const GRACE: Record<SsoProvider['settings']['kind'], { label: string; description: string }> = {
  ldap: {
    label: 'Grace while the directory does not answer',
    description:
      'The directory is asked about everybody every 10 minutes. For so much longer than 15 minutes people go on working when it is silent.',
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
