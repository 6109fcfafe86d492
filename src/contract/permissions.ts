import { z } from 'zod';

/** The roles of the specification's access control matrix. `operator` is its "Admin". */
export const Role = z.enum(['operator', 'tenant-admin', 'user', 'guest']);
export type Role = z.infer<typeof Role>;

/** The roles that an account inside a tenant can have. */
export const TenantRole = Role.exclude(['operator']);
export type TenantRole = z.infer<typeof TenantRole>;

/**
 * What a procedure demands of its caller. `public` needs no session; `session` needs any.
 * The others are granted to roles by {@link GRANTS}.
 */
export const Permission = z.enum([
  'public',
  'session',
  'installation.manage',
  'tenants.manage',
  'ai.configure',
  'ai.query',
  'analytics.view',
  'billing.view',
  'knowledge.manage',
  'knowledge.read',
  'users.manage',
  'isolation.view',
  'access.view',
  'access.manage',
  'approvals.decide',
  'break-glass.use',
  'keys.manage',
  'audit.view',
  'audit.manage',
  'sso.manage',
]);
export type Permission = z.infer<typeof Permission>;

/** A row of the specification's access control matrix: the resource, the permission that opens it, the roles with a ✓. */
interface MatrixRow {
  readonly resource: string;
  readonly permission: Permission;
  readonly roles: readonly Role[];
}

/** The specification's access control matrix, row by row; `test/contract/matrix.test.ts` holds it against the text. */
export const MATRIX = [
  { resource: 'Tenant Creation', permission: 'tenants.manage', roles: ['operator'] },
  { resource: 'AI Configuration', permission: 'ai.configure', roles: ['operator', 'tenant-admin'] },
  { resource: 'AI Queries', permission: 'ai.query', roles: ['operator', 'tenant-admin', 'user'] },
  { resource: 'Analytics View', permission: 'analytics.view', roles: ['operator', 'tenant-admin', 'user'] },
  { resource: 'Billing Access', permission: 'billing.view', roles: ['operator', 'tenant-admin'] },
] as const satisfies readonly MatrixRow[];

function ofMatrix(role: Role): Permission[] {
  const rows: readonly MatrixRow[] = MATRIX;
  return rows.filter(({ roles }) => roles.includes(role)).map(({ permission }) => permission);
}

/** What each role holds: the matrix, and what the specification leaves open. What does not stand here is refused. */
export const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  operator: [
    'public',
    'session',
    ...ofMatrix('operator'),
    'installation.manage',
    'users.manage',
    'isolation.view',
    'access.view',
    'break-glass.use',
    'keys.manage',
    'audit.view',
  ],
  'tenant-admin': [
    'public',
    'session',
    ...ofMatrix('tenant-admin'),
    'knowledge.manage',
    'knowledge.read',
    'users.manage',
    'isolation.view',
    'access.view',
    'access.manage',
    'approvals.decide',
    'audit.view',
    'audit.manage',
    'sso.manage',
  ],
  user: ['public', 'session', ...ofMatrix('user'), 'knowledge.read'],
  guest: ['public', 'session', ...ofMatrix('guest')],
};

/**
 * What a custom role may be composed of: what an administrator of the tenant holds. What only an operator holds, or
 * what everybody has, is not in it.
 */
export const ASSIGNABLE: readonly Permission[] = GRANTS['tenant-admin'].filter(
  (permission) => permission !== 'public' && permission !== 'session',
);

/** Whether a role holds a permission. */
export function isGranted(role: Role, permission: Permission): boolean {
  return GRANTS[role].includes(permission);
}
