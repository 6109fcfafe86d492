import { ConsoleError, type CustomRole, type Permission, type tenantContract } from '../../../contract';
import { type Actor, actorOf, type Handlers } from '../../door';
import { bulkInsert } from '../../mechanism/store';
import { type SqlRow, StoreError } from '../../ports';
import type { RuntimeContext } from '../context';
import { readPermissions } from './authority';

const INSERT = bulkInsert('custom_roles', [
  'id',
  'name',
  'description',
  'permissions',
  'updated_at',
  'revision',
]);

const SELECT = `SELECT custom_roles.*, (SELECT count(*) FROM custom_role_members WHERE role_id = custom_roles.id) AS members
  FROM custom_roles`;

/** @throws ConsoleError NOT_ALLOWED: nobody gives what they do not hold themselves */
export function requireHeld(actor: Actor, permissions: readonly Permission[]): void {
  const missing = permissions.filter((permission) => !actor.permissions.has(permission));
  if (missing.length === 0) return;
  throw new ConsoleError('NOT_ALLOWED', {
    reason: `Nobody gives or takes more than they hold themselves. You do not hold: ${missing.join(', ')}.`,
  });
}

type RoleHandlers = Pick<
  Handlers<(typeof tenantContract)['access']>,
  'roles' | 'createRole' | 'updateRole' | 'removeRole'
>;

/** The roles that a tenant composes for itself. */
export function createRoles({ store, clock, newId }: RuntimeContext): RoleHandlers {
  async function require(id: string): Promise<CustomRole> {
    const [row] = await store.read(`${SELECT} WHERE id = ?`, [id]);
    if (!row) throw new ConsoleError('NOT_FOUND');
    return roleFrom(row);
  }

  return {
    async roles() {
      return (await store.read(`${SELECT} ORDER BY name`)).map(roleFrom);
    },

    async createRole({ name, description, permissions }, call) {
      const kept = ordered(permissions);
      requireHeld(actorOf(call), kept);
      const id = newId();
      const row = [id, name, description, JSON.stringify(kept), clock.now(), 1];
      await named(() =>
        store.write({
          rows: [{ into: INSERT, rows: [row] }],
          events: [
            call.event({
              target: id,
              detail: { permissions: kept.join(' ') },
              change: { before: null, after: { name, description, permissions: kept } },
            }),
          ],
        }),
      );
      return require(id);
    },

    async updateRole({ id, revision, name, description, permissions }, call) {
      const before = await require(id);
      const kept = ordered(permissions);
      requireHeld(actorOf(call), [...before.permissions, ...kept]);
      if (before.revision !== revision) throw new ConsoleError('CONFLICT');
      await named(() =>
        store.write({
          statements: [
            {
              sql: `UPDATE custom_roles SET name = ?, description = ?, permissions = ?, updated_at = ?, revision = revision + 1
                    WHERE id = ? AND revision = ?`,
              params: [name, description, JSON.stringify(kept), clock.now(), id, revision],
              expect: 1,
            },
          ],
          events: [
            call.event({
              target: id,
              detail: { before: before.permissions.join(' '), permissions: kept.join(' ') },
              change: { before: composed(before), after: { name, description, permissions: kept } },
            }),
          ],
        }),
      );
      return require(id);
    },

    async removeRole({ id }, call) {
      const before = await require(id);
      requireHeld(actorOf(call), before.permissions);
      await store.write({
        statements: [
          { sql: 'DELETE FROM custom_role_members WHERE role_id = ?', params: [id] },
          {
            sql: 'DELETE FROM custom_roles WHERE id = ? AND revision = ?',
            params: [id, before.revision],
            expect: 1,
          },
        ],
        events: [
          call.event({
            target: id,
            detail: { before: before.permissions.join(' '), members: before.members },
            change: { before: composed(before), after: null },
          }),
        ],
      });
      return {};
    },
  };
}

function composed({ name, description, permissions }: CustomRole) {
  return { name, description, permissions };
}

function ordered(permissions: readonly Permission[]): Permission[] {
  return [...new Set(permissions)].sort();
}

/** A name that is taken is said as that, and not as a change of somebody else. */
async function named(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (problem) {
    if (!(problem instanceof StoreError && problem.problem === 'constraint')) throw problem;
    throw new ConsoleError(
      'CONFLICT',
      { reason: 'Another role has this name.', fields: [{ path: 'name', problem: 'is taken' }] },
      problem,
    );
  }
}

function roleFrom(row: SqlRow): CustomRole {
  return {
    id: String(row.id),
    name: String(row.name),
    description: String(row.description),
    permissions: readPermissions(row.permissions),
    members: Number(row.members),
    updatedAt: Number(row.updated_at),
    revision: Number(row.revision),
  };
}
