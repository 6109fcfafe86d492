import { ConsoleError, type IssuedInvitation, type Person } from '../../../contract';
import type { Actor } from '../../door';
import type { Sessions } from '../../mechanism/sessions';
import type { PasswordHasher, RandomSource } from '../../ports';
import type { RuntimeContext } from '../context';
import type { CodeWrite, Invitations } from './invitations';

const PASSWORD_BYTES = 32;

/**
 * Takes somebody's password, ends their sessions and gives out a code for a new one.
 * @throws ConsoleError NOT_ALLOWED when a directory keeps the password, CONFLICT when the person may not sign in
 */
export type ResetPassword = (person: Person, actor: Actor, more: CodeWrite) => Promise<IssuedInvitation>;

interface PasswordResetOptions {
  readonly context: RuntimeContext;
  readonly invitations: Invitations;
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
  readonly random: RandomSource;
}

export function createPasswordReset(options: PasswordResetOptions): ResetPassword {
  const { context, invitations, sessions, hasher, random } = options;
  const { store, clock } = context;
  return async (person, actor, more) => {
    const { id, origin, state } = person;
    if (origin.kind === 'directory') {
      throw new ConsoleError('NOT_ALLOWED', {
        reason: `The directory ${origin.name} keeps the password of this person.`,
      });
    }
    if (state !== 'active') {
      throw new ConsoleError('CONFLICT', {
        reason: 'Only somebody who may sign in has a password to reset.',
      });
    }
    // Nobody knows it: until the code is used nobody gets in.
    const phc = await hasher.hash(Buffer.from(random.bytes(PASSWORD_BYTES)).toString('base64'));
    const { code, expiresAt, statement } = await invitations.renew(id, actor);
    await store.write({
      statements: [
        {
          // What is taken now counts as an earlier password, also where it was the first.
          sql: `INSERT INTO password_history (person_id, changed_at, password)
                SELECT id, ?, password FROM users WHERE id = ? AND NOT EXISTS (SELECT 1 FROM password_history
                  WHERE person_id = users.id AND password_history.password = users.password)`,
          params: [clock.now(), id],
        },
        {
          sql: `UPDATE users SET password = ? WHERE id = ? AND state = 'active'
                AND NOT EXISTS (SELECT 1 FROM sso_people WHERE person_id = users.id)`,
          params: [phc, id],
          expect: 1,
        },
        statement,
        ...sessions.endAllOf(id, 'password-reset'),
        ...(more.statements ?? []),
      ],
      events: more.events,
    });
    sessions.forget(id);
    return invitations.issued(id, code, expiresAt);
  };
}
