import { type Administrator, ConsoleError, type IssuedInvitation } from '../../../contract';
import type { Actor } from '../../door';
import type { CodeWrite, Invitations } from './invitations';
import type { ResetPassword } from './passwordReset';
import type { PeopleRecords } from './records';

/** Those who administer the tenant, for whoever helps them when they cannot get in. */
export interface Administrators {
  list(): Promise<Administrator[]>;
  /**
   * A code with which an administrator gets in: the password is taken from one who had one.
   * @param more what is written together with it
   * @throws ConsoleError NOT_FOUND when nobody who administers the tenant has this id, NOT_ALLOWED when a directory
   *   keeps the password, CONFLICT when the account is disabled
   */
  giveCode(id: string, actor: Actor, more: CodeWrite): Promise<IssuedInvitation>;
}

interface AdministratorsOptions {
  readonly records: PeopleRecords;
  readonly invitations: Invitations;
  readonly resetPassword: ResetPassword;
}

export function createAdministrators(options: AdministratorsOptions): Administrators {
  const { records, invitations, resetPassword } = options;
  return {
    async list() {
      const heads = (await records.heads()).filter(({ role }) => role === 'tenant-admin');
      const people = await records.complete(heads);
      return people.map(({ id, name, email, state, origin, hasSecondFactor, lastSignInAt }) => ({
        id,
        name,
        email,
        state,
        origin,
        hasSecondFactor,
        lastSignInAt,
      }));
    },

    async giveCode(id, actor, more) {
      const person = await records.require(id);
      if (person.role !== 'tenant-admin') throw new ConsoleError('NOT_FOUND');
      if (person.state === 'invited') return invitations.giveAnew(id, actor, more);
      return resetPassword(person, actor, more);
    },
  };
}
