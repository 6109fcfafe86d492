import { type Permission, type ReviewDifference, ReviewedAccount, type TenantRole } from '../../../contract';
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

/** All accounts of the tenant as they are now, by name. @param now milliseconds; decides which keys are over */
export async function readAccounts(store: Store, now: number): Promise<PresentAccount[]> {
  const rows = await store.read(`${SELECT} ORDER BY name, id`, [now]);
  return rows.map((row) => ({ account: accountFrom(row), basis: String(row.basis) }));
}

/** People who can decide and sign, by their role or by a custom role. A service cannot: it proves nothing anew. */
export function reviewersOf(present: Iterable<PresentAccount>): ReviewedAccount[] {
  return [...present]
    .map(({ account }) => account)
    .filter(
      ({ kind, state, permissions }) =>
        kind === 'person' && state === 'active' && permissions.includes('access.manage'),
    );
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
  return ReviewedAccount.parse({
    id: row.id,
    name: row.name,
    email: row.email,
    kind: row.kind,
    state: row.state,
    role,
    customRoles: custom.map(([id, name]) => ({ id, name })),
    permissions,
    signOn: row.sign_on,
    lastSignInAt: row.last_sign_in,
    secondFactor: row.second_factor === 1,
    keys: keys.map(([name, prefix, scopes, expiresAt, lastUsedAt]) => ({
      name,
      prefix,
      scopes,
      expiresAt,
      lastUsedAt,
    })),
  });
}
