import type { Permission } from '../../../contract';

/** What each permission allows, in words. */
export const PERMISSION_WORDS: Readonly<Record<Permission, string>> = {
  public: 'What anybody may do',
  session: 'What whoever is signed in may do',
  'installation.manage': 'Run the installation',
  'tenants.manage': 'Create, suspend and delete tenants',
  'ai.configure': 'Choose the model and its instructions',
  'ai.query': 'Ask the assistant',
  'analytics.view': 'See figures and usage',
  'billing.view': 'See what it costs',
  'knowledge.manage': 'Add and remove documents',
  'knowledge.read': 'Read documents',
  'users.manage': 'Manage people',
  'isolation.view': 'See connections and keys',
  'access.view': 'See who may do what',
  'access.manage': 'Compose and give roles',
  'approvals.decide': 'Give one’s word to what others want to do',
  'break-glass.use': 'Take a break-glass grant',
  'keys.manage': 'Rotate keys and make recovery kits',
  'audit.view': 'Search, prove and export the audit trail',
  'audit.manage': 'Set how long audit events are kept',
  'sso.manage': 'Manage how people sign in',
};
