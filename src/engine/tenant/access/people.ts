import {
  type AccountAccess,
  AccountState,
  ConsoleError,
  type Permission,
  type TenantRole,
  type tenantContract,
} from '../../../contract';
import { actorOf, type Handlers } from '../../door';
import { type SqlRow, type Statement, StoreError } from '../../ports';
import type { RuntimeContext } from '../context';
import { permissionsOf, readPermissions } from './authority';
import { requireHeld } from './roles';

const MOST_SHOWN = 1_000;

const SELECT = `SELECT id, name, email, role, state, kind,
    (SELECT json_group_array(json_array(custom_roles.id, custom_roles.name, json(custom_roles.permissions)))
     FROM custom_role_members JOIN custom_roles ON custom_roles.id = custom_role_members.role_id
     WHERE user_id = users.id) AS custom
  FROM users`;

/** Sees that a person stays who can give roles, for a service signs in nowhere: it changes nothing, and fails when nobody would. */
export const AN_ADMINISTRATOR_STAYS: Statement = {
  sql: `UPDATE users SET role = role WHERE id = (
          SELECT id FROM users WHERE role = 'tenant-admin' AND state = 'active' AND kind = 'person' LIMIT 1)`,
  params: [],
  expect: 1,
};

/** Gives an account its role and its custom roles instead of those it has; goes with {@link AN_ADMINISTRATOR_STAYS}. */
export function assignStatements(id: string, role: TenantRole, customRoles: readonly string[]): Statement[] {
  return [
    { sql: 'UPDATE users SET role = ? WHERE id = ?', params: [role, id], expect: 1 },
    { sql: 'DELETE FROM custom_role_members WHERE user_id = ?', params: [id] },
    ...customRoles.map((each) => ({
      sql: 'INSERT INTO custom_role_members (user_id, role_id) VALUES (?, ?)',
      params: [id, each],
    })),
  ];
}

/** The accounts of the tenant as what they may do. */
export interface AccessPeople {
  /** @throws ConsoleError NOT_FOUND */
  require(id: string): Promise<AccountAccess>;
  /**
   * What a role and custom roles, by their ids, would allow.
   * @throws ConsoleError CONFLICT when a custom role is not there any more
   */
  permissionsWith(role: TenantRole, customRoles: readonly string[]): Promise<Permission[]>;
  readonly handlers: Pick<Handlers<(typeof tenantContract)['access']>, 'people' | 'assign'>;
}

export function createAccessPeople({ store }: Pick<RuntimeContext, 'store'>): AccessPeople {
  async function require(id: string): Promise<AccountAccess> {
    const [row] = await store.read(`${SELECT} WHERE id = ?`, [id]);
    if (!row) throw new ConsoleError('NOT_FOUND');
    return accountFrom(row);
  }

  async function permissionsWith(role: TenantRole, customRoles: readonly string[]): Promise<Permission[]> {
    const ids = [...new Set(customRoles)];
    const rows = await store.read(
      'SELECT permissions FROM custom_roles WHERE id IN (SELECT value FROM json_each(?))',
      [JSON.stringify(ids)],
    );
    if (rows.length !== ids.length) {
      throw new ConsoleError('CONFLICT', { reason: 'One of the roles is not there any more.' });
    }
    return [
      ...permissionsOf(
        role,
        rows.flatMap(({ permissions }) => readPermissions(permissions)),
      ),
    ];
  }

  return {
    require,
    permissionsWith,
    handlers: {
      async people() {
        return (await store.read(`${SELECT} ORDER BY name, id LIMIT ?`, [MOST_SHOWN])).map(accountFrom);
      },

      async assign({ id, role, customRoles }, call) {
        const actor = actorOf(call);
        const before = await require(id);
        if (id === actor.id) {
          throw new ConsoleError('NOT_ALLOWED', { reason: 'Nobody changes what they may do themselves.' });
        }
        const ids = [...new Set(customRoles)];
        const after = await permissionsWith(role, ids);
        requireHeld(actor, [...before.permissions, ...after]);
        try {
          await store.write({
            statements: [...assignStatements(id, role, ids), AN_ADMINISTRATOR_STAYS],
            events: [
              call.event({
                target: id,
                detail: {
                  roleBefore: before.role,
                  role,
                  customRolesBefore: before.customRoles.map((each) => each.id).join(' '),
                  customRoles: ids.join(' '),
                },
                change: {
                  before: {
                    role: before.role,
                    customRoles: before.customRoles.map((each) => each.id).sort(),
                  },
                  after: { role, customRoles: [...ids].sort() },
                },
              }),
            ],
          });
        } catch (problem) {
          if (!(problem instanceof StoreError && problem.problem === 'guard')) throw problem;
          throw new ConsoleError(
            'CONFLICT',
            { reason: 'This is the last administrator. Give somebody else that role first.' },
            problem,
          );
        }
        return require(id);
      },
    },
  };
}

function accountFrom(row: SqlRow): AccountAccess {
  const role = row.role as TenantRole;
  const custom = JSON.parse(String(row.custom)) as [string, string, unknown][];
  const permissions = custom.flatMap(([, , held]) => readPermissions(JSON.stringify(held)));
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    kind: row.kind === 'service' ? 'service' : 'person',
    state: AccountState.parse(row.state),
    role,
    customRoles: custom.map(([id, name]) => ({ id, name })),
    permissions: [...permissionsOf(role, permissions)],
  };
}
