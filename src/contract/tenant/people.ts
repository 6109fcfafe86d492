import { z } from 'zod';
import { SecondFactor, SessionSummary } from '../account';
import { ExportFormat, ExportPiece } from '../export';
import { PasswordRule } from '../identityPolicy';
import { Permission, TenantRole } from '../permissions';
import { change, procedure, subscription, view } from '../procedure';
import { EmailAddress, Id, Page, Password, SortDirection, Timestamp, Title } from '../values';
import { ApiKey } from './credentials';
import { AccountState, TenantSession } from './identity';

/** Where the name, the address and the role of a person come from, and who holds their password. */
export const PersonOrigin = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('own') }),
  /** `name` is that of the provider of sign-on. */
  z.object({ kind: z.literal('directory'), name: Title }),
]);
export type PersonOrigin = z.infer<typeof PersonOrigin>;

/** A code that was given out and not used: the first of an invited person, or one that replaces a password. */
export const OpenInvitation = z.object({ createdAt: Timestamp, expiresAt: Timestamp });
export type OpenInvitation = z.infer<typeof OpenInvitation>;

/** A person of the tenant, as a list shows them. Accounts of programs are not people. */
export const Person = z.object({
  id: Id,
  name: Title,
  email: EmailAddress,
  role: TenantRole,
  customRoles: z.array(z.object({ id: Id, name: Title })),
  state: AccountState,
  origin: PersonOrigin,
  hasSecondFactor: z.boolean(),
  createdAt: Timestamp,
  /** The last sign-in that was finished. */
  lastSignInAt: Timestamp.nullable(),
  invitation: OpenInvitation.nullable(),
});
export type Person = z.infer<typeof Person>;

/** Which people; `null` leaves a filter open. */
export const PeopleFilter = z.object({
  /** Words of the name and the address, in any case of letters. */
  search: z.string().trim().max(200).default(''),
  role: TenantRole.nullable().default(null),
  state: AccountState.nullable().default(null),
  origin: z.enum(['own', 'directory']).nullable().default(null),
});
export type PeopleFilter = z.infer<typeof PeopleFilter>;

export const PeopleSort = z.enum(['name', 'email', 'role', 'state', 'created', 'sign-in']);
export type PeopleSort = z.infer<typeof PeopleSort>;

const PeopleOrder = z.object({
  sort: PeopleSort.default('name'),
  direction: SortDirection.default('ascending'),
});

export const PeoplePage = z.object({
  people: z.array(Person),
  /** How many match the filter. */
  total: z.number().int(),
  next: z.string().nullable(),
  /** How many people there are in all, and for how many the plan has room; `null` is without limit. */
  seats: z.object({ used: z.number().int(), limit: z.number().int().nullable() }),
});
export type PeoplePage = z.infer<typeof PeoplePage>;

const PersonWishes = z.object({
  name: Title,
  email: EmailAddress,
  role: TenantRole,
  customRoles: z.array(Id).max(50).default([]),
});

/** A person with all that is theirs. */
export const PersonDetails = Person.extend({
  /** What role and custom roles allow together. */
  permissions: z.array(Permission),
  factors: z.array(SecondFactor),
  recoveryCodesLeft: z.number().int(),
  sessions: z.array(SessionSummary),
  apiKeys: z.array(ApiKey),
  conversations: z.number().int(),
});
export type PersonDetails = z.infer<typeof PersonDetails>;

/** What can be done about one person or many at once. */
export const PeopleChange = z.discriminatedUnion('kind', [
  /** Custom roles stay as they are. */
  z.object({ kind: z.literal('role'), role: TenantRole }),
  z.object({ kind: z.literal('disable') }),
  z.object({ kind: z.literal('enable') }),
  z.object({ kind: z.literal('remove') }),
]);
export type PeopleChange = z.infer<typeof PeopleChange>;

const Chosen = z.object({ ids: z.array(Id).min(1).max(500), change: PeopleChange });

/** Somebody whom a change concerns. */
const Concerned = z.object({ id: Id, name: z.string() });

/** What a change would do. It is done as a whole, and not at all while somebody is refused. */
export const ChangePreview = z.object({
  changes: z.array(Concerned.extend({ before: z.string(), after: z.string() })),
  /** Those who are so already. */
  unchanged: z.array(Concerned),
  refusals: z.array(Concerned.extend({ reason: z.string() })),
  /** What of those who change would end or be deleted with it. */
  sessions: z.number().int(),
  apiKeys: z.number().int(),
  conversations: z.number().int(),
});
export type ChangePreview = z.infer<typeof ChangePreview>;

/** A code with which somebody sets a password of their own, once. It is shown once. */
export const IssuedInvitation = z.object({
  person: Person,
  code: z.string(),
  expiresAt: Timestamp,
  /** Where it is good: the domain that is typed at sign-in. */
  domain: z.string(),
});
export type IssuedInvitation = z.infer<typeof IssuedInvitation>;

/** How long a code is good, in hours. */
export const InvitationPolicy = z.object({
  hours: z
    .number()
    .int()
    .min(1)
    .max(30 * 24),
  revision: z.number().int().nonnegative(),
});
export type InvitationPolicy = z.infer<typeof InvitationPolicy>;

/** What an invited person types: the address that the invitation is for, and its code. */
const InvitationKey = z.object({
  email: EmailAddress,
  /** Spaces, hyphens and the case of letters do not count. */
  code: z.string().trim().min(1).max(100),
});

export const people = {
  list: procedure({
    summary: 'The people of the tenant',
    permission: 'users.manage',
    audit: view('people.listed'),
    input: Page.extend(PeopleFilter.shape).extend(PeopleOrder.shape),
    output: PeoplePage,
  }),
  exportList: subscription({
    summary: 'The people of the tenant as a file',
    permission: 'users.manage',
    audit: change('people.exported'),
    stepUp: true,
    onReserve: true,
    input: PeopleFilter.extend(PeopleOrder.shape).extend({ format: ExportFormat }),
    output: ExportPiece,
  }),
  invite: procedure({
    summary: 'Add a person and give out the code with which they set a password',
    permission: 'users.manage',
    audit: change('person.invited'),
    answerIsSecret: true,
    stepUp: true,
    input: PersonWishes,
    output: IssuedInvitation,
  }),
  read: procedure({
    summary: 'A person with sessions, keys and second factors',
    permission: 'users.manage',
    audit: view('person.viewed'),
    input: z.object({ id: Id }),
    output: PersonDetails,
  }),
  update: procedure({
    summary: 'Change the name, the address or the roles of a person',
    permission: 'users.manage',
    audit: change('person.updated'),
    stepUp: true,
    /** `was` is what the change was decided on: it is refused when that is not so any more. */
    input: PersonWishes.extend({ id: Id, was: PersonWishes }),
    output: Person,
  }),
  preview: procedure({
    summary: 'What a change of several people would do, and whom it is refused for',
    permission: 'users.manage',
    audit: view('people.change-previewed'),
    input: Chosen,
    output: ChangePreview,
  }),
  change: procedure({
    summary: 'Give a role to, disable, enable or remove people, all or none',
    permission: 'users.manage',
    audit: change('people.changed'),
    stepUp: true,
    input: Chosen.extend({ reason: Title }),
    output: z.object({ changed: z.number().int() }),
  }),
  resetPassword: procedure({
    summary: 'Take somebody’s password and give out a code for a new one; their sessions end',
    permission: 'users.manage',
    audit: change('person.password-reset'),
    answerIsSecret: true,
    stepUp: true,
    input: z.object({ id: Id, reason: Title }),
    output: IssuedInvitation,
  }),
  reissue: procedure({
    summary: 'Give out a new code in place of an earlier one',
    permission: 'users.manage',
    audit: change('invitation.reissued'),
    answerIsSecret: true,
    stepUp: true,
    input: z.object({ id: Id }),
    output: IssuedInvitation,
  }),
  withdraw: procedure({
    summary: 'Withdraw the code that was given to somebody',
    permission: 'users.manage',
    audit: change('invitation.withdrawn'),
    input: z.object({ id: Id }),
    output: Person,
  }),
  policy: procedure({
    summary: 'How long a code is good',
    permission: 'users.manage',
    audit: view('invitation-policy.viewed'),
    input: z.object({}),
    output: InvitationPolicy,
  }),
  setPolicy: procedure({
    summary: 'Set how long a code is good',
    permission: 'users.manage',
    audit: change('invitation-policy.changed'),
    stepUp: true,
    input: InvitationPolicy,
    output: InvitationPolicy,
  }),
  openInvitation: procedure({
    summary: 'Whom a code is for, and the rules for the password they set',
    permission: 'public',
    audit: change('invitation.opened'),
    onReserve: true,
    input: InvitationKey,
    output: z.object({ name: Title, rules: z.array(PasswordRule) }),
  }),
  acceptInvitation: procedure({
    summary: 'Set the own password with a code, and sign in',
    permission: 'public',
    audit: change('invitation.accepted'),
    onReserve: true,
    input: InvitationKey.extend({ password: Password }),
    output: TenantSession,
  }),
};
