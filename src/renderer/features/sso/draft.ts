import type { GroupMapping, LdapSettings, SsoDraft, SsoProvider, TenantRole } from '../../../contract';

/** The fields of the form: a draft, where an empty text stands for what is not given. */
export interface Fields {
  name: string;
  settings: LdapSettings;
  secret: string;
  mappings: GroupMapping[];
  defaultRole: TenantRole | '';
  adoptExisting: boolean;
  graceMinutes: number;
}

/** How directories of different makes are usually laid out. */
export const LAYOUTS = {
  openldap: {
    label: 'OpenLDAP, 389',
    settings: {
      peopleFilter: '(objectClass=inetOrgPerson)',
      emailAttribute: 'mail',
      nameAttribute: 'cn',
      idAttribute: 'entryUUID',
      groupLookup: 'nested',
      memberAttribute: 'member',
    },
  },
  'active-directory': {
    label: 'Active Directory',
    settings: {
      peopleFilter: '(&(objectCategory=person)(objectClass=user))',
      emailAttribute: 'mail',
      nameAttribute: 'displayName',
      idAttribute: 'objectGUID',
      groupLookup: 'in-chain',
      memberAttribute: 'member',
    },
  },
} as const satisfies Record<string, { label: string; settings: Partial<LdapSettings> }>;

export type Layout = keyof typeof LAYOUTS;

export function layoutOf({ idAttribute }: LdapSettings): Layout {
  return idAttribute.toLowerCase() === 'objectguid' ? 'active-directory' : 'openldap';
}

/** The form of a provider, or of a new one. */
export function fieldsOf(provider: SsoProvider | null): Fields {
  if (provider) {
    const { name, settings, mappings, defaultRole, adoptExisting, graceMinutes } = provider;
    return {
      name,
      settings: { ...settings },
      secret: '',
      mappings: mappings.map((mapping) => ({ ...mapping })),
      defaultRole: defaultRole ?? '',
      adoptExisting,
      graceMinutes,
    };
  }
  return {
    name: 'Directory',
    settings: {
      kind: 'ldap',
      url: 'ldaps://',
      startTls: false,
      authorities: '',
      bindDn: '',
      peopleBase: '',
      groupsBase: '',
      ...LAYOUTS.openldap.settings,
    },
    secret: '',
    mappings: [],
    defaultRole: '',
    adoptExisting: false,
    graceMinutes: 0,
  };
}

/** An empty secret keeps the one that was given before. */
export function draftOf(fields: Fields): SsoDraft {
  const { secret, defaultRole, mappings, ...rest } = fields;
  const isPlain = fields.settings.url.trim().startsWith('ldap:');
  return {
    ...rest,
    settings: { ...fields.settings, startTls: isPlain && fields.settings.startTls },
    mappings: mappings.filter(({ group }) => group.trim() !== ''),
    secret: secret === '' ? null : secret,
    defaultRole: defaultRole === '' ? null : defaultRole,
  };
}
