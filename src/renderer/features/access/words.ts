import type { ApprovalAct, ApprovalState, Permission } from '../../../contract';
import type { StatusTone } from '../../ui';

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

/** The acts that may take a second person. */
export const ACT_WORDS: Readonly<Record<ApprovalAct, string>> = {
  'tenant-delete': 'Delete this tenant',
  'decrypted-export': 'Export data in the clear',
  'key-rotation': 'Rotate the key',
  'recovery-kit': 'Make a recovery kit of the key',
  'legal-hold-release': 'Release a legal hold',
  'break-glass': 'Break the glass',
  'approval-policy': 'Loosen this policy',
};

export const APPROVAL_STATES: Readonly<Record<ApprovalState, { tone: StatusTone; label: string }>> = {
  pending: { tone: 'warn', label: 'Waits' },
  approved: { tone: 'ok', label: 'Given' },
  denied: { tone: 'bad', label: 'Refused' },
  used: { tone: 'idle', label: 'Used' },
  expired: { tone: 'idle', label: 'Over' },
};
