import { timingSafeEqual } from 'node:crypto';
import { ConsoleError, type TenantSession, type tenantContract } from '../../../contract';
import type { Call, Handlers } from '../../door';
import { type PolicyKeeper, passwordRow, requireUnused } from '../../mechanism/credentials';
import { createSignInGuard, type SignInTry } from '../../mechanism/limiter';
import { type CommonPasswords, passwordRules, requireGoodPassword } from '../../mechanism/passwords';
import type { Write } from '../../mechanism/store';
import { type PasswordHasher, type SqlRow, StoreError } from '../../ports';
import type { RuntimeContext } from '../context';
import { hashOfCode } from './codes';

/** Whom a code opens: nobody who is disabled, and nobody whose password a directory keeps. */
const OPEN = `SELECT users.id, users.name, users.email, users.role, users.state, users.password, invitations.hash
  FROM invitations JOIN users ON users.id = invitations.person_id
  WHERE users.email = ? AND users.kind = 'person' AND users.state IN ('active', 'invited')
    AND invitations.expires_at > ? AND NOT EXISTS (SELECT 1 FROM sso_people WHERE person_id = users.id)`;

interface AcceptanceOptions {
  readonly context: RuntimeContext;
  readonly policy: PolicyKeeper;
  readonly hasher: PasswordHasher;
  readonly common: CommonPasswords;
  readonly enter: (personId: string, call: Call) => Promise<TenantSession>;
}

interface Opened {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly isInvited: boolean;
  readonly password: string;
  readonly hash: string;
}

/** What an invited person does, before they have a session. */
export function createAcceptance(
  options: AcceptanceOptions,
): Pick<Handlers<(typeof tenantContract)['people']>, 'openInvitation' | 'acceptInvitation'> {
  const { context, policy, hasher, common, enter } = options;
  const { store, clock, cipher } = context;
  const guard = createSignInGuard({
    store,
    clock,
    nameOf: (subject) => cipher.keyedHash(`invitation ${subject}`),
  });

  async function refuse(call: Call, attempt: SignInTry, person: Opened | null): Promise<never> {
    const event = call.event({ target: person?.id ?? null, outcome: 'refused' });
    await store.write({ statements: attempt.failed, events: [event] });
    throw new ConsoleError('INVITATION_REFUSED');
  }

  /** Finds whom a code opens, as a try that counts. */
  async function open(key: { email: string; code: string }, call: Call) {
    const attempt = await guard.begin(call.source, key.email);
    const [row] = await store.read(OPEN, [key.email, clock.now()]);
    const person = row ? openedFrom(row) : null;
    const hash = hashOfCode(cipher, person?.id ?? '', key.code);
    if (!person || !equal(hash, person.hash)) return refuse(call, attempt, person);
    return { person, attempt };
  }

  function redeem(person: Opened, phc: string): Write['statements'] {
    return [
      {
        sql: 'DELETE FROM invitations WHERE person_id = ? AND hash = ? AND expires_at > ?',
        params: [person.id, person.hash, clock.now()],
        expect: 1,
      },
      {
        sql: `UPDATE users SET password = ?, state = 'active' WHERE id = ? AND state IN ('active', 'invited')
              AND NOT EXISTS (SELECT 1 FROM sso_people WHERE person_id = users.id)`,
        params: [phc, person.id],
        expect: 1,
      },
    ];
  }

  return {
    async openInvitation(key, call) {
      const { person, attempt } = await open(key, call);
      await store.write({ statements: attempt.succeeded, events: [call.event({ target: person.id })] });
      attempt.succeed();
      return { name: person.name, rules: passwordRules(policy.current().password) };
    },

    async acceptInvitation({ password, ...key }, call) {
      const { person, attempt } = await open(key, call);
      attempt.succeed();
      requireGoodPassword(password, { person, policy: policy.current().password, common });
      if (!person.isInvited) await requireUnused({ store, hasher, policy }, person, password, 'password');
      const phc = await hasher.hash(password);
      try {
        await store.write({
          rows: [passwordRow(person.id, phc, clock.now())],
          statements: [...(redeem(person, phc) ?? []), ...attempt.succeeded],
          events: [call.event({ actor: `${person.role}:${person.id}`, target: person.id })],
        });
      } catch (problem) {
        if (!(problem instanceof StoreError && problem.problem === 'guard')) throw problem;
        // The same code was used, withdrawn or replaced in the same moment.
        return refuse(call, attempt, person);
      }
      return enter(person.id, call);
    },
  };
}

function equal(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

function openedFrom(row: SqlRow): Opened {
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    role: String(row.role),
    isInvited: row.state === 'invited',
    password: String(row.password),
    hash: String(row.hash),
  };
}
