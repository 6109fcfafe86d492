import type { Role } from '../../../contract';

/** The roles as people read them. */
export const ROLE_WORDS: Record<Role, string> = {
  operator: 'Operator',
  'tenant-admin': 'Tenant admin',
  user: 'User',
  guest: 'Guest',
};
