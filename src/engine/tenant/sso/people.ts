import { ConsoleError, type TenantRole } from '../../../contract';
import type { Sessions } from '../../mechanism/sessions';
import { bulkInsert, type Write } from '../../mechanism/store';
import { type PasswordHasher, type RandomSource, type SqlRow, type Statement, StoreError } from '../../ports';
import type { RuntimeContext } from '../context';
import { peopleAtMost, userRow } from '../identity';
import type { ProviderRecord } from './records';
import { StepFailure } from './steps';

const INSERT = bulkInsert('sso_people', ['person_id', 'provider_id', 'subject', 'checked_at']);
const PASSWORD_BYTES = 32;

/** What a provider says of somebody that it vouches for. */
export interface Vouched {
  readonly subject: string;
  readonly email: string;
  readonly name: string;
  readonly role: TenantRole;
}

/** Somebody who came by a provider. */
export interface LinkedPerson {
  readonly personId: string;
  readonly providerId: string;
  readonly subject: string;
  readonly checkedAt: number;
  /** Whether it was the directory's word that disabled them, and not an administrator's. */
  readonly byDirectory: boolean;
  readonly name: string;
  readonly email: string;
  readonly role: TenantRole;
  readonly isActive: boolean;
}

/** The accounts of people who come by a provider of sign-on. */
export interface People {
  linkedTo(providerId: string): Promise<LinkedPerson[]>;
  all(): Promise<LinkedPerson[]>;
  /** Who has the address, and the provider they came by where they did. */
  byEmail(email: string): Promise<{ personId: string; role: string; providerId: string | null } | null>;
  /**
   * Lets somebody in whom the provider vouches for: makes their account at the first time, brings it up to date
   * later.
   * @returns the person's id
   * @throws StepFailure `refused` when the account is disabled here or the address is another account's
   */
  admit(provider: ProviderRecord, vouched: Vouched): Promise<string>;
  /** Takes over what the directory says now. @returns whether anything was changed */
  update(person: LinkedPerson, vouched: Vouched): Promise<boolean>;
  /** Ends all that somebody has here, because the directory no longer vouches for them. */
  disable(person: LinkedPerson, reason: string): Promise<void>;
  /**
   * The statement that holds while an administrator stays who does not come by the provider.
   * @throws ConsoleError CONFLICT when there is none now
   */
  anotherAdministratorStays(providerId: string): Promise<Statement>;
  /** Writes down that the directory was asked about them. */
  checked(personIds: readonly string[]): Promise<void>;
}

/** A provider's name of somebody may hold what a title must not. */
export function titleOf(name: string): string {
  return name
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 120);
}

const SELECT = `SELECT s.*, u.name, u.email, u.role, u.state FROM sso_people s JOIN users u ON u.id = s.person_id`;

interface PeopleOptions {
  readonly context: RuntimeContext;
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
  readonly random: RandomSource;
}

/** An active administrator who does not come by a provider. */
const ADMINISTRATOR_BESIDES = `SELECT users.id FROM users LEFT JOIN sso_people ON person_id = users.id
  WHERE role = 'tenant-admin' AND state = 'active' AND kind = 'person' AND provider_id IS NOT ? LIMIT 1`;

export function createPeople({ context, sessions, hasher, random }: PeopleOptions): People {
  const { store, clock, newId } = context;

  /** Nobody knows it: such an account is let in by its provider alone. */
  const unknownPassword = (): Promise<string> =>
    hasher.hash(Buffer.from(random.bytes(PASSWORD_BYTES)).toString('base64'));

  async function findLink(providerId: string, subject: string): Promise<LinkedPerson | null> {
    const [row] = await store.read(`${SELECT} WHERE s.provider_id = ? AND s.subject = ?`, [
      providerId,
      subject,
    ]);
    return row ? personFrom(row) : null;
  }

  async function byEmail(email: string) {
    const [row] = await store.read(
      `SELECT u.id, u.role, s.provider_id FROM users u LEFT JOIN sso_people s ON s.person_id = u.id
       WHERE u.email = ?`,
      [email],
    );
    if (!row) return null;
    return {
      personId: String(row.id),
      role: String(row.role),
      providerId: row.provider_id === null || row.provider_id === undefined ? null : String(row.provider_id),
    };
  }

  /** Another account may have the address already: then the old one stays. */
  async function addressFor(person: LinkedPerson, email: string): Promise<string> {
    if (email === person.email) return email;
    return (await byEmail(email)) === null ? email : person.email;
  }

  async function create(provider: ProviderRecord, { subject, email, name, role }: Vouched): Promise<string> {
    const id = newId();
    const now = clock.now();
    const password = await unknownPassword();
    const { users: most } = context.entitlements().plan;
    const write: Write = {
      rows: [
        userRow({ id, name, email, role, password }, now),
        { into: INSERT, rows: [[id, provider.id, subject, now]] },
      ],
      statements: most === null ? [] : [peopleAtMost(most)],
      events: [
        {
          at: now,
          event: 'user.provisioned',
          actor: `system:sso:${provider.id}`,
          target: id,
          outcome: 'done',
          detail: { role },
        },
      ],
    };
    await store.write(write).catch((problem: unknown) => {
      if (!(problem instanceof StoreError && problem.problem === 'guard')) throw problem;
      throw new ConsoleError('QUOTA_EXCEEDED', { reason: `The plan has room for ${most} people.` }, problem);
    });
    return id;
  }

  async function adopt(provider: ProviderRecord, personId: string, vouched: Vouched): Promise<string> {
    const now = clock.now();
    const password = await unknownPassword();
    await store.write({
      rows: [{ into: INSERT, rows: [[personId, provider.id, vouched.subject, now]] }],
      statements: [
        {
          sql: `UPDATE users SET name = ?, role = ?, password = ?
                WHERE id = ? AND state = 'active' AND kind = 'person' AND role <> 'tenant-admin'`,
          params: [vouched.name, vouched.role, password, personId],
          expect: 1,
        },
        ...(sessions.endAllOf(personId) ?? []),
      ],
      events: [
        {
          at: now,
          event: 'user.adopted',
          actor: `system:sso:${provider.id}`,
          target: personId,
          outcome: 'done',
          detail: { role: vouched.role },
        },
      ],
    });
    sessions.forget(personId);
    return personId;
  }

  async function update(person: LinkedPerson, vouched: Vouched): Promise<boolean> {
    const email = await addressFor(person, vouched.email);
    const isBack = !person.isActive && person.byDirectory;
    const roleChanged = person.role !== vouched.role;
    if (!isBack && !roleChanged && email === person.email && vouched.name === person.name) return false;
    const statements: Statement[] = [
      {
        sql: 'UPDATE users SET name = ?, email = ?, role = ?, state = ? WHERE id = ?',
        params: [
          vouched.name,
          email,
          vouched.role,
          person.isActive || isBack ? 'active' : 'disabled',
          person.personId,
        ],
        expect: 1,
      },
      {
        sql: 'UPDATE sso_people SET disabled_at = NULL WHERE person_id = ?',
        params: [person.personId],
      },
    ];
    // A session carries the role it began with.
    if (roleChanged) statements.push(...(sessions.endAllOf(person.personId) ?? []));
    await store.write({
      statements,
      events: [
        {
          at: clock.now(),
          event: 'user.updated-by-directory',
          actor: `system:sso:${person.providerId}`,
          target: person.personId,
          outcome: 'done',
          detail: { role: vouched.role, roleChanged, enabled: isBack },
        },
      ],
    });
    if (roleChanged) sessions.forget(person.personId);
    return true;
  }

  async function admitOnce(provider: ProviderRecord, vouched: Vouched): Promise<string> {
    const linked = await findLink(provider.id, vouched.subject);
    if (linked) {
      if (!linked.isActive && !linked.byDirectory) {
        throw new StepFailure('role', 'refused', 'An administrator disabled the account here.');
      }
      await update(linked, vouched);
      return linked.personId;
    }
    const other = await byEmail(vouched.email);
    if (!other) return create(provider, vouched);
    if (other.providerId !== null) {
      throw new StepFailure('role', 'refused', 'The address belongs to the account of another entry.');
    }
    if (!provider.adoptExisting || other.role === 'tenant-admin') {
      throw new StepFailure(
        'role',
        'refused',
        'The address belongs to an account with a password of its own.',
      );
    }
    return adopt(provider, other.personId, vouched);
  }

  return {
    linkedTo: async (providerId) =>
      (await store.read(`${SELECT} WHERE s.provider_id = ?`, [providerId])).map(personFrom),
    all: async () => (await store.read(SELECT)).map(personFrom),
    byEmail,
    async admit(provider, vouched) {
      try {
        return await admitOnce(provider, vouched);
      } catch (problem) {
        // Two windows at once: the other one has made the account meanwhile.
        if (problem instanceof StoreError && problem.problem === 'constraint') {
          return admitOnce(provider, vouched);
        }
        if (problem instanceof StoreError && problem.problem === 'guard') throw new ConsoleError('CONFLICT');
        throw problem;
      }
    },
    update,
    async disable(person, reason) {
      const now = clock.now();
      await store.write({
        statements: [
          {
            sql: `UPDATE users SET state = 'disabled' WHERE id = ?`,
            params: [person.personId],
            expect: 1,
          },
          {
            sql: 'UPDATE sso_people SET disabled_at = ? WHERE person_id = ?',
            params: [now, person.personId],
          },
          ...(sessions.endAllOf(person.personId) ?? []),
        ],
        events: [
          {
            at: now,
            event: 'user.disabled-by-directory',
            actor: `system:sso:${person.providerId}`,
            target: person.personId,
            outcome: 'done',
            detail: { reason },
          },
        ],
      });
      sessions.forget(person.personId);
    },
    async anotherAdministratorStays(providerId) {
      const [other] = await store.read(ADMINISTRATOR_BESIDES, [providerId]);
      if (!other) {
        throw new ConsoleError('CONFLICT', {
          reason:
            'All administrators of the tenant come by it. Make one with a password of this console first.',
        });
      }
      const sql = `UPDATE users SET role = role WHERE id = (${ADMINISTRATOR_BESIDES})`;
      return { sql, params: [providerId], expect: 1 };
    },
    async checked(personIds) {
      if (personIds.length === 0) return;
      await store.write({
        statements: [
          {
            sql: 'UPDATE sso_people SET checked_at = ? WHERE person_id IN (SELECT value FROM json_each(?))',
            params: [clock.now(), JSON.stringify(personIds)],
          },
        ],
        events: [],
        housekeeping: true,
      });
    },
  };
}

function personFrom(row: SqlRow): LinkedPerson {
  return {
    personId: String(row.person_id),
    providerId: String(row.provider_id),
    subject: String(row.subject),
    checkedAt: Number(row.checked_at),
    byDirectory: row.disabled_at !== null,
    name: String(row.name),
    email: String(row.email),
    role: row.role as TenantRole,
    isActive: row.state === 'active',
  };
}
