import { ASSIGNABLE, ConsoleError, GRANTS, Permission, type TenantRole } from '../../../contract';
import type { Authority } from '../../door';
import type { Session } from '../../mechanism/sessions';
import type { Store } from '../../mechanism/store';
import type { SqlRow } from '../../ports';

/** A person whose authority is kept in memory; above it the oldest leaves. */
const MOST_KEPT = 10_000;

/** The tables that decide what somebody may do. */
const TABLES = ['users', 'custom_roles', 'custom_role_members'];

const CUSTOM = `(SELECT json_group_array(json_array(custom_roles.id, json(custom_roles.permissions))) FROM custom_role_members
  JOIN custom_roles ON custom_roles.id = custom_role_members.role_id WHERE user_id = users.id)`;

/** What each session may do, asked at every call: a change of a role or an account is felt by the next one, and by streams. */
export interface Authorities {
  /** @throws ConsoleError NOT_SIGNED_IN when the account is gone or disabled */
  of(session: Pick<Session, 'role' | 'personId'>): Promise<Authority>;
}

/** What a role and the permissions of custom roles allow together, never more than an administrator of the tenant. */
export function permissionsOf(role: TenantRole, custom: readonly Permission[]): Set<Permission> {
  return new Set([...GRANTS[role], ...custom.filter((permission) => ASSIGNABLE.includes(permission))]);
}

/** The permissions of a column. One that this version does not know any more grants nothing. */
export function readPermissions(text: unknown): Permission[] {
  const found: unknown = JSON.parse(String(text));
  return (Array.isArray(found) ? found.flat() : []).filter(
    (each): each is Permission => Permission.safeParse(each).success,
  );
}

function authorityFrom(row: SqlRow): Authority {
  const role = row.role as TenantRole;
  const held = JSON.parse(String(row.custom)) as [string, unknown][];
  const customRoles = held.map(([id, permissions]) => ({
    id,
    permissions: new Set(readPermissions(JSON.stringify(permissions))),
  }));
  const custom = customRoles.flatMap(({ permissions }) => [...permissions]);
  return { role, permissions: permissionsOf(role, custom), customRoles };
}

export function createAuthorities(store: Store): Authorities {
  const kept = new Map<string, Authority>();
  const operator: Authority = { role: 'operator', permissions: new Set(GRANTS.operator), customRoles: [] };
  let changes = 0;
  store.onWritten(TABLES, () => {
    changes += 1;
    kept.clear();
  });

  async function load(id: string): Promise<Authority> {
    const before = changes;
    const [row] = await store.read(`SELECT role, state, ${CUSTOM} AS custom FROM users WHERE id = ?`, [id]);
    // What was changed while it was read may be older than the change.
    if (changes !== before) return load(id);
    if (row?.state !== 'active') throw new ConsoleError('NOT_SIGNED_IN');
    const authority = authorityFrom(row);
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value ?? '');
    kept.set(id, authority);
    return authority;
  }

  return {
    async of({ role, personId }) {
      if (role === 'operator') return operator;
      return kept.get(personId) ?? load(personId);
    },
  };
}
