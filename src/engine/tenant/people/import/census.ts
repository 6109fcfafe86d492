import { createHash } from 'node:crypto';
import type { ImportMapping, Permission, TenantRole } from '../../../../contract';
import type { Actor } from '../../../door';
import type { SqlRow } from '../../../ports';
import { ACCOUNT_BASIS, permissionsOf, readPermissions } from '../../access';
import type { RuntimeContext } from '../../context';

/** An account at this moment, as an import looks at it. */
export interface CensusAccount {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly role: TenantRole;
  readonly customRoles: readonly string[];
  readonly permissions: readonly Permission[];
  /** Changes whenever state, role or custom roles do. */
  readonly basis: string;
  /** The entry of sign-on that they come by. */
  readonly provider: string | null;
}

export interface CensusRole {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly revision: number;
}

/** Everything in the tenant that decides what an import does. */
export interface Census {
  readonly accounts: ReadonlyMap<string, CensusAccount>;
  readonly roles: ReadonlyMap<string, CensusRole>;
  /** For how many people the plan has room; `null` is without limit. */
  readonly limit: number | null;
}

const SELECT = `SELECT id, email, name, kind, state, role, ${ACCOUNT_BASIS} AS basis,
    (SELECT json_group_array(role_id) FROM custom_role_members WHERE user_id = users.id) AS custom,
    (SELECT sso_providers.name FROM sso_people JOIN sso_providers ON sso_providers.id = sso_people.provider_id
     WHERE person_id = users.id) AS provider
  FROM users ORDER BY id`;

/** The accounts of the tenant by their address, and its roles. */
export async function takeCensus({ store, entitlements }: RuntimeContext): Promise<Census> {
  const found = await store.read('SELECT id, name, permissions, revision FROM custom_roles ORDER BY id');
  const roles = new Map(found.map((row) => [String(row.id), roleFrom(row)] as const));
  const accounts = (await store.read(SELECT)).map((row) => accountFrom(row, roles));
  return {
    accounts: new Map(accounts.map((account) => [account.email, account] as const)),
    roles,
    limit: entitlements().plan.users,
  };
}

interface Sealed {
  readonly census: Census;
  readonly actor: Actor;
  readonly mapping: ImportMapping;
  readonly content: Uint8Array;
}

/**
 * Stands for everything that an import depends on: the tenant and a key that only it has, who looked and what they hold,
 * the people and roles of that moment, the mapping, the content. When any of it is another one, so is the digest.
 */
export function importDigest(
  { tenantId, cipher }: Pick<RuntimeContext, 'tenantId' | 'cipher'>,
  { census, actor, mapping, content }: Sealed,
): string {
  const { accounts, roles, limit } = census;
  const state = [
    [...accounts.values()].map(({ id, email, name, kind, basis, provider }) => [
      id,
      email,
      name,
      kind,
      basis,
      provider,
    ]),
    [...roles.values()].map(({ id, name, revision }) => [id, name, revision]),
    limit,
  ];
  return cipher.keyedHash(
    JSON.stringify([
      'people-import/v1',
      tenantId,
      actor.id,
      [...actor.permissions].sort(),
      sha256(JSON.stringify(state)),
      mapping,
      sha256(content),
    ]),
  );
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function roleFrom(row: SqlRow): CensusRole {
  return {
    id: String(row.id),
    name: String(row.name),
    permissions: readPermissions(row.permissions),
    revision: Number(row.revision),
  };
}

function accountFrom(row: SqlRow, roles: ReadonlyMap<string, CensusRole>): CensusAccount {
  const role = row.role as TenantRole;
  const customRoles = (JSON.parse(String(row.custom)) as string[]).sort();
  const held = customRoles.flatMap((id) => roles.get(id)?.permissions ?? []);
  return {
    id: String(row.id),
    email: String(row.email),
    name: String(row.name),
    kind: String(row.kind),
    state: String(row.state),
    role,
    customRoles,
    permissions: [...permissionsOf(role, held)],
    basis: String(row.basis),
    provider: row.provider === null ? null : String(row.provider),
  };
}
