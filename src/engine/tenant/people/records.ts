import { AccountState, ConsoleError, type Person, type TenantRole } from '../../../contract';
import type { Store } from '../../mechanism/store';
import type { SqlRow } from '../../ports';

/** What is filtered and sorted by; the rest is read for those who are shown. */
export type PersonHead = Pick<
  Person,
  'id' | 'name' | 'email' | 'role' | 'state' | 'createdAt' | 'lastSignInAt' | 'origin'
>;

const HEADS = `SELECT users.id, users.name, users.email, users.role, users.state, users.created_at,
    sso_providers.name AS provider,
    (SELECT max(created_at) FROM sessions WHERE person_id = users.id AND needs IS NULL) AS last_sign_in
  FROM users LEFT JOIN sso_people ON sso_people.person_id = users.id
    LEFT JOIN sso_providers ON sso_providers.id = sso_people.provider_id
  WHERE users.kind = 'person'`;

const DETAILS = `SELECT users.id, invitations.created_at AS invited_at, invitations.expires_at,
    EXISTS (SELECT 1 FROM second_factors WHERE person_id = users.id) AS has_factor,
    (SELECT json_group_array(json_array(custom_roles.id, custom_roles.name)) FROM custom_role_members
      JOIN custom_roles ON custom_roles.id = custom_role_members.role_id WHERE user_id = users.id) AS custom
  FROM users LEFT JOIN invitations ON invitations.person_id = users.id
  WHERE users.id IN (SELECT value FROM json_each(?))`;

/** The people of the tenant as they are kept. */
export interface PeopleRecords {
  heads(): Promise<PersonHead[]>;
  /** With what a list shows of each, in their order. */
  complete(heads: readonly PersonHead[]): Promise<Person[]>;
  /** @throws ConsoleError NOT_FOUND, also for the account of a program */
  require(id: string): Promise<Person>;
}

export function createPeopleRecords(store: Store): PeopleRecords {
  async function complete(heads: readonly PersonHead[]): Promise<Person[]> {
    const rows = await store.read(DETAILS, [JSON.stringify(heads.map(({ id }) => id))]);
    const details = new Map(rows.map((row) => [String(row.id), row]));
    return heads.flatMap((head) => {
      const row = details.get(head.id);
      return row ? [personFrom(head, row)] : [];
    });
  }

  return {
    heads: async () => (await store.read(HEADS)).map(headFrom),
    complete,
    async require(id) {
      const rows = await store.read(`${HEADS} AND users.id = ?`, [id]);
      const [person] = await complete(rows.map(headFrom));
      if (!person) throw new ConsoleError('NOT_FOUND');
      return person;
    },
  };
}

function headFrom(row: SqlRow): PersonHead {
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    role: row.role as TenantRole,
    state: AccountState.parse(row.state),
    origin: row.provider === null ? { kind: 'own' } : { kind: 'directory', name: String(row.provider) },
    createdAt: Number(row.created_at),
    lastSignInAt: row.last_sign_in === null ? null : Number(row.last_sign_in),
  };
}

function personFrom(head: PersonHead, row: SqlRow): Person {
  const custom = JSON.parse(String(row.custom)) as [string, string][];
  return {
    ...head,
    customRoles: custom.map(([id, name]) => ({ id, name })),
    hasSecondFactor: Boolean(row.has_factor),
    invitation:
      row.invited_at === null
        ? null
        : { createdAt: Number(row.invited_at), expiresAt: Number(row.expires_at) },
  };
}
