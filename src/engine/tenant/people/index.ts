import type { TenantSession, tenantContract } from '../../../contract';
import type { Call, Handlers } from '../../door';
import type { PolicyKeeper } from '../../mechanism/credentials';
import type { CommonPasswords } from '../../mechanism/passwords';
import type { PasswordHasher, RandomSource } from '../../ports';
import { createAccessPeople } from '../access';
import type { RuntimeContext } from '../context';
import { createAcceptance } from './acceptance';
import { createPeopleImport } from './import';
import { createInvitations, type Invitations } from './invitations';
import { createPeopleList } from './list';
import { createInvitationPolicy } from './policy';
import { createPeopleRecords } from './records';

export type { DraftedInvitation, Invitations, Invitee } from './invitations';

interface PeopleOptions {
  readonly context: RuntimeContext;
  readonly policy: PolicyKeeper;
  readonly hasher: PasswordHasher;
  readonly random: RandomSource;
  readonly common: CommonPasswords;
  /** Begins the session of somebody who has just set their password. */
  readonly enter: (personId: string, call: Call) => Promise<TenantSession>;
}

/** The people of the tenant, as who manages them sees and changes them. */
export interface People {
  readonly handlers: Handlers<(typeof tenantContract)['people']>;
  readonly imports: Handlers<(typeof tenantContract)['peopleImport']>;
  readonly invitations: Invitations;
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
  return {
    invitations,
    imports: createPeopleImport({ context, invitations }),
    handlers: {
      ...createPeopleList(context, records),
      ...policy.handlers,
      ...invitations.handlers,
      ...createAcceptance(options),
    },
  };
}
