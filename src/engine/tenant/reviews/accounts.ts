import {
  AccountState,
  type Permission,
  type ReviewDifference,
  type ReviewedAccount,
  type TenantRole,
} from '../../../contract';
import type { Store } from '../../mechanism/store';
import type { SqlRow } from '../../ports';
import { ACCOUNT_BASIS, permissionsOf, readPermissions } from '../access';

const SELECT = `SELECT id, name, email, kind, state, role, ${ACCOUNT_BASIS} AS basis,
    (SELECT json_group_array(json_array(custom_roles.id, custom_roles.name, json(custom_roles.permissions)))
     FROM custom_role_members JOIN custom_roles ON custom_roles.id = custom_role_members.role_id
     WHERE user_id = users.id) AS custom,
    (SELECT sso_providers.name FROM sso_people JOIN sso_providers ON sso_providers.id = sso_people.provider_id
     WHERE person_id = users.id) AS sign_on,
    (SELECT max(created_at) FROM sessions WHERE person_id = users.id AND needs IS NULL) AS last_sign_in,
    EXISTS (SELECT 1 FROM second_factors WHERE person_id = users.id) AS second_factor,
    (SELECT json_group_array(json_array(name, prefix, json(scopes), expires_at, last_used_at)) FROM api_keys
     WHERE owner_id = users.id AND revoked_at IS NULL AND expires_at > ?) AS keys
  FROM users`;

/** An account at this moment. */
export interface PresentAccount {
  readonly account: ReviewedAccount;
  readonly basis: string;
}

/**
 * Accounts of the tenant as they are now, by name.
 * @param now milliseconds; decides which keys are over
 * @param ids `null` for all
 */
export async function readAccounts(
  store: Store,
  now: number,
  ids: readonly string[] | null = null,
): Promise<PresentAccount[]> {
  const which = ids === null ? '' : 'WHERE id IN (SELECT value FROM json_each(?))';
  const params = ids === null ? [now] : [now, JSON.stringify(ids)];
  const rows = await store.read(`${SELECT} ${which} ORDER BY name, id`, params);
  return rows.map((row) => ({ account: accountFrom(row), basis: String(row.basis) }));
}

/**
 * The ids of the people who can decide and sign, by their role or by a custom role. A service cannot: it proves nothing
 * anew.
 */
export async function readReviewers(store: Store): Promise<string[]> {
  const rows = await store.read(
    `SELECT id FROM users WHERE state = 'active' AND kind = 'person' AND (role = 'tenant-admin' OR EXISTS (
       SELECT 1 FROM custom_role_members JOIN custom_roles ON custom_roles.id = role_id
       JOIN json_each(custom_roles.permissions) AS held ON held.value = 'access.manage' WHERE user_id = users.id))`,
  );
  return rows.map(({ id }) => String(id));
}

/** What is not any more as it was. @param now the account at this moment; `null` when it was removed */
export function differencesOf(before: ReviewedAccount, now: ReviewedAccount | null): ReviewDifference[] {
  if (now === null) return ['removed'];
  const found: ReviewDifference[] = [];
  if (before.state !== now.state) found.push('state');
  if (before.role !== now.role) found.push('role');
  const ids = ({ customRoles }: ReviewedAccount) => customRoles.map(({ id }) => id).join(' ');
  if (ids(before) !== ids(now)) found.push('custom-roles');
  // A custom role of theirs may have become another one without anybody touching the account.
  if (found.length === 0 && before.permissions.join(' ') !== now.permissions.join(' '))
    found.push('permissions');
  return found;
}

function accountFrom(row: SqlRow): ReviewedAccount {
  const role = row.role as TenantRole;
  const custom = (JSON.parse(String(row.custom)) as [string, string, unknown][]).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const held = custom.flatMap(([, , permissions]) => readPermissions(JSON.stringify(permissions)));
  const permissions: Permission[] = [...permissionsOf(role, held)].sort();
  const keys = JSON.parse(String(row.keys)) as [string, string, string[], number, number | null][];
  return {
    id: String(row.id),
    name: String(row.name),
    email: String(row.email),
    kind: row.kind === 'service' ? 'service' : 'person',
    state: AccountState.parse(row.state),
    role,
    customRoles: custom.map(([id, name]) => ({ id, name })),
    permissions,
    signOn: row.sign_on === null ? null : String(row.sign_on),
    lastSignInAt: row.last_sign_in === null ? null : Number(row.last_sign_in),
    secondFactor: row.second_factor === 1,
    keys: keys.map(([name, prefix, scopes, expiresAt, lastUsedAt]) => ({
      name,
      prefix,
      scopes,
      expiresAt,
      lastUsedAt,
    })),
  };
}
