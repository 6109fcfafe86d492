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
]);
export type Permission = z.infer<typeof Permission>;

/** The access control matrix as data: default deny, so what does not stand here is refused. */
export const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  operator: [
    'public',
    'session',
    'installation.manage',
    'tenants.manage',
    'ai.configure',
    'ai.query',
    'analytics.view',
    'billing.view',
    'users.manage',
    'isolation.view',
  ],
  'tenant-admin': [
    'public',
    'session',
    'ai.configure',
    'ai.query',
    'analytics.view',
    'billing.view',
    'knowledge.manage',
    'knowledge.read',
    'users.manage',
    'isolation.view',
  ],
  user: ['public', 'session', 'ai.query', 'analytics.view', 'knowledge.read'],
  guest: ['public', 'session'],
};

/** Whether a role holds a permission. */
export function isGranted(role: Role, permission: Permission): boolean {
  return GRANTS[role].includes(permission);
}
