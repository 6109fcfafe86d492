import type { GroupLookup, SsoProvider, SsoStep, SsoStepResult, TenantRole } from '../../../contract';
import type { StatusTone } from '../../ui';

/** The kinds of providers as people call them. */
export const KINDS: Record<SsoProvider['settings']['kind'], string> = { ldap: 'LDAP directory' };

export const STEPS: Record<SsoStep, string> = {
  allowed: 'Network rules',
  resolve: 'Name',
  connect: 'Connection',
  tls: 'TLS',
  bind: 'Searching account',
  search: 'Person',
  password: 'Password',
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

export const ROLES: { value: TenantRole; label: string }[] = [
  { value: 'tenant-admin', label: 'Tenant admin' },
  { value: 'user', label: 'User' },
  { value: 'guest', label: 'Guest' },
];
