import type { ApprovalAct, ApprovalState } from '../../../contract';
import type { StatusTone } from '../../ui';

/** The acts that may take a second person. */
export const ACT_WORDS: Readonly<Record<ApprovalAct, string>> = {
  'tenant-delete': 'Delete this tenant',
  'decrypted-export': 'Export data in the clear',
  'key-rotation': 'Rotate the key',
  'recovery-kit': 'Make a recovery kit of the key',
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
