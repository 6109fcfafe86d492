import type {
  GroupMapping,
  LdapSettings,
  SsoDraft,
  SsoProvider,
  SsoSettings,
  TenantRole,
} from '../../../contract';

export type SsoKind = SsoSettings['kind'];

/** The fields of the form: a draft, where an empty text stands for what is not given. */
export interface Fields {
  name: string;
  settings: SsoSettings;
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

/** What a new provider of each kind begins with. */
const NEW: Readonly<Record<SsoKind, Pick<Fields, 'name' | 'settings' | 'graceMinutes'>>> = {
  ldap: {
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
    graceMinutes: 60,
  },
  oidc: {
    name: 'Account of the organisation',
    settings: {
      kind: 'oidc',
      issuer: 'https://',
      clientId: '',
      clientAuthentication: 'basic',
      authorities: '',
      otherServers: [],
      scopes: 'openid profile email offline_access',
      askConsent: false,
      groupsClaim: 'groups',
      trustUnverifiedEmail: false,
      offered: false,
    },
    graceMinutes: 0,
  },
  saml: {
    name: 'Sign-on of the organisation',
    settings: {
      kind: 'saml',
      entityId: '',
      ssoUrl: '',
      certificates: '',
      signRequests: true,
      nameFormat: 'persistent',
      idAttribute: '',
      emailAttribute: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
      nameAttribute: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
      groupsAttribute: 'http://schemas.xmlsoap.org/claims/Group',
      clockSkewSeconds: 60,
      serviceEntityId: '',
      offered: true,
    },
    graceMinutes: 0,
  },
};

/** The form of a new provider. */
export function newFields(kind: SsoKind): Fields {
  const { name, settings, graceMinutes } = NEW[kind];
  return {
    name,
    settings: { ...settings },
    secret: '',
    mappings: [],
    defaultRole: '',
    adoptExisting: false,
    graceMinutes,
  };
}

/** The form of a provider. */
export function fieldsOf(provider: SsoProvider): Fields {
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

/** An empty secret keeps the one that was given before. */
export function draftOf(fields: Fields): SsoDraft {
  const { secret, defaultRole, mappings, ...rest } = fields;
  return {
    ...rest,
    settings: settingsOf(fields.settings),
    mappings: mappings.filter(({ group }) => group.trim() !== ''),
    secret: secret === '' ? null : secret,
    defaultRole: defaultRole === '' ? null : defaultRole,
  };
}

function settingsOf(settings: SsoSettings): SsoSettings {
  if (settings.kind !== 'ldap') return settings;
  return { ...settings, startTls: settings.url.trim().startsWith('ldap:') && settings.startTls };
}
