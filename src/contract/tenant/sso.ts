import { z } from 'zod';
import { TenantRole } from '../permissions';
import { change, procedure, view } from '../procedure';
import { EmailAddress, Id, Password, Timestamp, Title } from '../values';
import { SamlMetadata, SamlService, SamlSettings } from './saml';

/** The name of an attribute of a directory (RFC 4512 2.5). */
const Attribute = z
  .string()
  .trim()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,59}$/, 'must be the name of an attribute, such as mail');

const Name = z.string().trim().max(1_000);

/** Certificates of the house's own authority in PEM; empty for the public ones alone. */
const Authorities = z.string().trim().max(64_000);

/**
 * How a directory tells the groups of a person: by an attribute of the person, by asking for the groups of a group
 * step by step, or by Active Directory's own rule for chains of groups.
 */
export const GroupLookup = z.enum(['member-of', 'nested', 'in-chain']);
export type GroupLookup = z.infer<typeof GroupLookup>;

export const LdapSettings = z.object({
  kind: z.literal('ldap'),
  /** `ldaps://host` or `ldap://host`, with a port where it is another than the usual one. */
  url: z.string().trim().max(300),
  /** Whether a connection of `ldap://` goes on over TLS before anything is said. */
  startTls: z.boolean(),
  authorities: Authorities,
  /** The account that searches; empty for an anonymous search. */
  bindDn: Name,
  peopleBase: Name.min(1),
  /** What else holds for people who may sign in (RFC 4515). */
  peopleFilter: z.string().trim().min(3).max(1_000),
  emailAttribute: Attribute,
  nameAttribute: Attribute,
  /** An attribute that stays the same when a person is renamed or moved. */
  idAttribute: Attribute,
  groupLookup: GroupLookup,
  /** Where groups are searched for; used by `nested` and `in-chain`. */
  groupsBase: Name,
  memberAttribute: Attribute,
});
export type LdapSettings = z.infer<typeof LdapSettings>;

/** An `https://` address of a server, without a path. */
const ServerOrigin = z
  .string()
  .trim()
  .max(300)
  .regex(/^https:\/\/[^/?#@\s]+$/, 'must be https://host');

/** A provider that speaks OpenID Connect. */
export const OidcSettings = z.object({
  kind: z.literal('oidc'),
  /** The issuer, exactly as the provider writes it. */
  issuer: z
    .string()
    .trim()
    .max(300)
    .regex(/^https:\/\/[^?#@\s]+$/, 'must be an https:// address'),
  clientId: z.string().trim().min(1).max(300),
  /** How the console says who it is when it asks for tokens. */
  clientAuthentication: z.enum(['basic', 'post', 'none']),
  authorities: Authorities,
  /** Servers besides the issuer's that its addresses may lead to. */
  otherServers: z.array(ServerOrigin).max(10),
  /** Separated by spaces; `openid` is among them. */
  scopes: z.string().trim().max(500),
  /** Whether people are asked for consent each time; some providers give refresh tokens only then. */
  askConsent: z.boolean(),
  /** The claim that names the groups; `a.b` for `b` within `a`; empty for none. */
  groupsClaim: z.string().trim().max(200),
  /** Whether an address is taken that the provider does not say it has verified. */
  trustUnverifiedEmail: z.boolean(),
  /** Whether everybody who names the tenant's domain is offered it. */
  offered: z.boolean(),
});
export type OidcSettings = z.infer<typeof OidcSettings>;

export const SsoSettings = z.discriminatedUnion('kind', [LdapSettings, SamlSettings, OidcSettings]);
export type SsoSettings = z.infer<typeof SsoSettings>;

/** Who is in the group gets the role; of several the one that may most. */
export const GroupMapping = z.object({ group: z.string().trim().min(1).max(1_000), role: TenantRole });
export type GroupMapping = z.infer<typeof GroupMapping>;

const shared = {
  name: Title,
  settings: SsoSettings,
  mappings: z.array(GroupMapping).max(200),
  /** The role of people in none of the groups; `null` when they may not sign in. */
  defaultRole: TenantRole.nullable(),
  /** Whether an account that was made here, with a password of its own, becomes the directory's. */
  adoptExisting: z.boolean(),
  /**
   * Minutes for which people go on working, beyond the 15, while the provider does not answer; one that cannot be
   * asked without the person lets them work for so long from one sign-on to the next.
   */
  graceMinutes: z.number().int().min(0).max(1_440),
};

/** A provider of sign-on as it is written down. */
export const SsoDraft = z.object({
  ...shared,
  /**
   * The password of the account that searches, or the client's secret. `null` keeps the one that was given before; SAML
   * has none.
   */
  secret: Password.nullable(),
});
export type SsoDraft = z.infer<typeof SsoDraft>;

export const SsoProvider = z.object({
  ...shared,
  id: Id,
  state: z.enum(['enabled', 'disabled']),
  hasSecret: z.boolean(),
  /** What is registered at a provider that people come by with a browser; `null` for others. */
  addresses: z.object({ callback: z.string(), logout: z.string() }).nullable(),
  /** How many people came by it. */
  people: z.number().int().nonnegative(),
  /** When the directory was last asked about all of them, and what was wrong when it could not be. */
  checkedAt: Timestamp.nullable(),
  problem: z.string().nullable(),
  changedAt: Timestamp,
  revision: z.number().int().positive(),
});
export type SsoProvider = z.infer<typeof SsoProvider>;

/** The steps of all kinds of sign-on. */
export const SsoStep = z.enum([
  'allowed',
  'resolve',
  'connect',
  'tls',
  'bind',
  'search',
  'password',
  'certificates',
  'answer',
  'status',
  'decryption',
  'signature',
  'addressee',
  'validity',
  'discovery',
  'keys',
  'client',
  'browser',
  'token',
  'person',
  'groups',
  'role',
]);
export type SsoStep = z.infer<typeof SsoStep>;

/** The steps of a sign-on by a provider of the kind, in their order. */
export const SSO_STEPS: Readonly<Record<SsoSettings['kind'], readonly SsoStep[]>> = {
  ldap: ['allowed', 'resolve', 'connect', 'tls', 'bind', 'search', 'password', 'groups', 'role'],
  saml: [
    'certificates',
    'browser',
    'answer',
    'status',
    'decryption',
    'signature',
    'addressee',
    'validity',
    'person',
    'groups',
    'role',
  ],
  oidc: [
    'allowed',
    'resolve',
    'connect',
    'tls',
    'discovery',
    'keys',
    'client',
    'browser',
    'answer',
    'token',
    'person',
    'groups',
    'role',
  ],
};

export const SsoStepResult = z.object({
  step: SsoStep,
  outcome: z.enum(['passed', 'failed', 'skipped']),
  /** What was found, or why it failed, for a person. */
  words: z.string(),
});
export type SsoStepResult = z.infer<typeof SsoStepResult>;

export const SsoTrial = z.object({
  steps: z.array(SsoStepResult),
  /** The groups of the person that was tried, as the mapping names them. */
  groups: z.array(z.string()),
  role: TenantRole.nullable(),
});
export type SsoTrial = z.infer<typeof SsoTrial>;

const Revised = z.object({ id: Id, revision: z.number().int().positive() });

export const sso = {
  list: procedure({
    summary: 'The providers of sign-on of the tenant',
    permission: 'sso.manage',
    audit: view('sso.providers-viewed'),
    input: z.object({}),
    output: z.array(SsoProvider),
  }),
  add: procedure({
    summary: 'Add a provider of sign-on; it is disabled until it is enabled',
    permission: 'sso.manage',
    audit: change('sso.provider-added'),
    stepUp: true,
    input: z.object({ draft: SsoDraft }),
    output: SsoProvider,
  }),
  update: procedure({
    summary: 'Change a provider of sign-on',
    permission: 'sso.manage',
    audit: change('sso.provider-changed'),
    stepUp: true,
    input: Revised.extend({ draft: SsoDraft }),
    output: SsoProvider,
  }),
  setState: procedure({
    summary: 'Enable a provider of sign-on, or disable it and end the sessions of its people',
    permission: 'sso.manage',
    audit: change('sso.provider-state-set'),
    stepUp: true,
    input: Revised.extend({ state: SsoProvider.shape.state }),
    output: SsoProvider,
  }),
  remove: procedure({
    summary: 'Remove a provider of sign-on and disable its people',
    permission: 'sso.manage',
    audit: change('sso.provider-removed'),
    stepUp: true,
    input: Revised,
    output: z.object({}),
  }),
  test: procedure({
    summary: 'Try a provider of sign-on step by step, saved or not, with or without a person',
    permission: 'sso.manage',
    audit: change('sso.provider-tested'),
    input: z.object({
      id: Id.nullable(),
      draft: SsoDraft,
      person: z.object({ email: EmailAddress, password: Password.nullable() }).nullable(),
      /** Whether to sign in with the browser too, where the provider is one of those; it must be saved. */
      browser: z.boolean().default(false),
    }),
    output: SsoTrial,
  }),
  readMetadata: procedure({
    summary: 'Read the metadata of a SAML provider, for its settings',
    permission: 'sso.manage',
    audit: view('sso.metadata-read'),
    maxBytes: 1024 * 1024,
    input: z.object({ xml: z.string().max(512 * 1024) }),
    output: SamlMetadata,
  }),
  service: procedure({
    summary: 'What a SAML provider must know of this console',
    permission: 'sso.manage',
    audit: view('sso.service-viewed'),
    input: z.object({ id: Id }),
    output: SamlService,
  }),
  recheck: procedure({
    summary: 'Ask the directory about all of its people now',
    permission: 'sso.manage',
    audit: change('sso.people-checked'),
    input: z.object({ id: Id }),
    output: z.object({
      checked: z.number().int(),
      changed: z.number().int(),
      disabled: z.number().int(),
    }),
  }),
};
