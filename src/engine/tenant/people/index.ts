import type { PersonDetails, TenantSession, tenantContract } from '../../../contract';
import { actorOf, type Call, type Handlers } from '../../door';
import type { PolicyKeeper } from '../../mechanism/credentials';
import type { CommonPasswords } from '../../mechanism/passwords';
import type { Sessions } from '../../mechanism/sessions';
import type { PasswordHasher, RandomSource } from '../../ports';
import { createAccessPeople, requireHeld } from '../access';
import type { ApiKeys } from '../apiKeys';
import type { Consents } from '../approvals';
import type { RuntimeContext } from '../context';
import { createAcceptance } from './acceptance';
import { type Administrators, createAdministrators } from './administrators';
import { createChanges } from './changes';
import { createPeopleImport } from './import';
import { createInvitations, type Invitations } from './invitations';
import { createPeopleList } from './list';
import { createPasswordReset } from './passwordReset';
import { createPerson } from './person';
import { createInvitationPolicy } from './policy';
import { createPeopleRecords } from './records';

export type { Administrators } from './administrators';
export type { DraftedInvitation, Invitations, Invitee } from './invitations';

interface PeopleOptions {
  readonly context: RuntimeContext;
  readonly policy: PolicyKeeper;
  readonly hasher: PasswordHasher;
  readonly random: RandomSource;
  readonly consents: Consents;
  readonly common: CommonPasswords;
  readonly sessions: Sessions;
  readonly apiKeys: Pick<ApiKeys, 'endAllOf' | 'listOf'>;
  readonly factorsOf: (personId: string) => Promise<Pick<PersonDetails, 'factors' | 'recoveryCodesLeft'>>;
  /** Begins the session of somebody who has just set their password. */
  readonly enter: (personId: string, call: Call) => Promise<TenantSession>;
}

/** The people of the tenant, as who manages them sees and changes them. */
export interface People {
  readonly handlers: Handlers<(typeof tenantContract)['people']>;
  readonly imports: Handlers<(typeof tenantContract)['peopleImport']>;
  readonly invitations: Invitations;
  readonly administrators: Administrators;
  /**
   * Sees that a member who does something to the account of somebody holds what that account may do.
   * @throws ConsoleError NOT_ALLOWED, NOT_FOUND
   */
  requireHeldBy(call: Call, personId: string): Promise<void>;
}

export function createPeople(options: PeopleOptions): People {
  const { context, random } = options;
  const records = createPeopleRecords(context.store);
  const policy = createInvitationPolicy(context);
  const access = createAccessPeople(context);
  const invitations = createInvitations({
    context,
    records,
    access,
    random,
    hours: async () => (await policy.read()).hours,
  });
  const resetPassword = createPasswordReset({ ...options, invitations });
  return {
    invitations,
    administrators: createAdministrators({ records, invitations, resetPassword }),
    imports: createPeopleImport({ context, invitations }),
    async requireHeldBy(call, personId) {
      const actor = actorOf(call);
      if (actor.role !== 'operator') requireHeld(actor, (await access.require(personId)).permissions);
    },
    handlers: {
      ...createPeopleList(context, records, options.consents),
      ...policy.handlers,
      ...invitations.handlers,
      ...createAcceptance(options),
      ...createPerson({ ...options, records, access, resetPassword }),
      ...createChanges({ ...options, access }),
    },
  };
}
