import {
  SSO_STEPS,
  type SsoDraft,
  type SsoProvider,
  type SsoSettings,
  type SsoTrial,
} from '../../../src/contract';
import { base, refuse, wait } from './base';
import type { World } from './world';

const tenant = base.tenant;

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIDazCCAlOgAwIBAgIU\n-----END CERTIFICATE-----';
const STAFF = 'cn=claims,ou=groups,dc=northgate,dc=example';

function initial(world: World): SsoProvider[] {
  return [
    {
      id: world.newId(),
      name: 'Northgate Active Directory',
      state: 'enabled',
      settings: {
        kind: 'ldap',
        url: 'ldaps://dc01.northgate.example',
        startTls: false,
        authorities: '',
        bindDn: 'cn=console,ou=services,dc=northgate,dc=example',
        peopleBase: 'ou=people,dc=northgate,dc=example',
        peopleFilter: '(&(objectCategory=person)(objectClass=user))',
        emailAttribute: 'mail',
        nameAttribute: 'displayName',
        idAttribute: 'objectGUID',
        groupLookup: 'in-chain',
        groupsBase: 'ou=groups,dc=northgate,dc=example',
        memberAttribute: 'member',
      },
      mappings: [
        { group: STAFF, role: 'user' },
        { group: 'cn=it-admins,ou=groups,dc=northgate,dc=example', role: 'tenant-admin' },
      ],
      defaultRole: null,
      adoptExisting: false,
      graceMinutes: 60,
      hasSecret: true,
      addresses: null,
      people: 184,
      checkedAt: world.now() - 240_000,
      problem: null,
      changedAt: world.now() - 86_400_000,
      revision: 4,
    },
    {
      id: world.newId(),
      name: 'Claims portal',
      state: 'enabled',
      settings: {
        kind: 'saml',
        entityId: 'https://sts.northgate.example/adfs/services/trust',
        ssoUrl: 'https://sts.northgate.example/adfs/ls/',
        certificates: CERTIFICATE,
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
      mappings: [{ group: 'Claims', role: 'user' }],
      defaultRole: null,
      adoptExisting: false,
      graceMinutes: 0,
      hasSecret: true,
      addresses: null,
      people: 12,
      checkedAt: null,
      problem: null,
      changedAt: world.now() - 86_400_000,
      revision: 2,
    },
  ];
}

const SIGN_ON = 'https://console.northgate.example:7443/sso/oidc/019ac4f0-7b1e-7c21-9d3a-5f2e8c1b4a90';

function openIdProvider(world: World): SsoProvider {
  return {
    id: world.newId(),
    name: 'Staff account',
    state: 'enabled',
    settings: {
      kind: 'oidc',
      issuer: 'https://login.northgate.example/realms/staff',
      clientId: 'riscura-console',
      clientAuthentication: 'basic',
      authorities: '',
      otherServers: [],
      scopes: 'openid profile email offline_access',
      askConsent: false,
      groupsClaim: 'realm_access.roles',
      trustUnverifiedEmail: false,
      offered: true,
    },
    mappings: [{ group: 'ai-users', role: 'user' }],
    defaultRole: null,
    adoptExisting: false,
    graceMinutes: 0,
    hasSecret: true,
    addresses: { callback: `${SIGN_ON}/callback`, logout: `${SIGN_ON}/logout` },
    people: 41,
    checkedAt: world.now() - 120_000,
    problem: null,
    changedAt: world.now() - 3_600_000,
    revision: 3,
  };
}

function trialOf(kind: SsoSettings['kind'], person: object | null): SsoTrial {
  const last = person
    ? 'role'
    : { ldap: 'bind' as const, saml: 'certificates' as const, oidc: 'client' as const }[kind];
  const end = SSO_STEPS[kind].indexOf(last);
  return {
    steps: SSO_STEPS[kind].map((step, at) => ({
      step,
      outcome: at < end ? 'passed' : at === end && person ? 'failed' : at === end ? 'passed' : 'skipped',
      words:
        at > end
          ? 'Not tried, because nobody signed in.'
          : step === 'role'
            ? 'None of the groups is given a role, and there is none for others.'
            : step === 'tls'
              ? 'The server proved to be the one of the address.'
              : 'As it should be.',
    })),
    groups: person ? [STAFF, 'cn=cyclists,ou=groups,dc=northgate,dc=example'] : [],
    role: null,
  };
}

export function ssoRouter(world: World) {
  let providers = [...initial(world), openIdProvider(world)];
  const find = (id: string): SsoProvider => {
    const found = providers.find((provider) => provider.id === id);
    if (!found) throw refuse('NOT_FOUND');
    return found;
  };
  const put = (provider: SsoProvider): SsoProvider => {
    providers = providers.map((other) => (other.id === provider.id ? provider : other));
    return provider;
  };
  const shown = ({ secret, ...draft }: SsoDraft, before: SsoProvider | null): SsoProvider => ({
    ...draft,
    id: before?.id ?? world.newId(),
    state: before?.state ?? 'disabled',
    hasSecret: secret !== null || (before?.hasSecret ?? false),
    addresses: before?.addresses ?? null,
    people: before?.people ?? 0,
    checkedAt: before?.checkedAt ?? null,
    problem: null,
    changedAt: world.now(),
    revision: (before?.revision ?? 0) + 1,
  });
  return {
    list: tenant.sso.list.handler(() => providers),
    add: tenant.sso.add.handler(({ input }) => {
      const made = shown(input.draft, null);
      providers = [...providers, made];
      return made;
    }),
    update: tenant.sso.update.handler(({ input }) => put(shown(input.draft, find(input.id)))),
    setState: tenant.sso.setState.handler(({ input: { id, state } }) => {
      const before = find(id);
      return put({ ...before, state, revision: before.revision + 1 });
    }),
    remove: tenant.sso.remove.handler(({ input }) => {
      find(input.id);
      providers = providers.filter(({ id }) => id !== input.id);
      return {};
    }),
    test: tenant.sso.test.handler(async ({ input }) => {
      await wait(400);
      return trialOf(input.draft.settings.kind, input.person);
    }),
    readMetadata: tenant.sso.readMetadata.handler(({ input }) => {
      if (!input.xml.includes('EntityDescriptor')) throw refuse('BAD_INPUT');
      return {
        entityId: 'https://sts.northgate.example/adfs/services/trust',
        ssoUrl: 'https://sts.northgate.example/adfs/ls/',
        certificates: CERTIFICATE,
      };
    }),
    service: tenant.sso.service.handler(({ input }) => {
      const address = `https://console.northgate.example:7443/sso/saml/${find(input.id).id}`;
      return {
        entityId: `${address}/metadata`,
        acsUrl: `${address}/acs`,
        certificate: CERTIFICATE,
        metadata: `<EntityDescriptor entityID="${address}/metadata"/>`,
      };
    }),
    recheck: tenant.sso.recheck.handler(({ input }) => ({
      checked: find(input.id).people,
      changed: 2,
      disabled: 1,
    })),
  };
}
