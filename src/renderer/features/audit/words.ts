import type { AuditOutcome } from '../../../contract';
import type { StatusTone } from '../../ui';

/** How an event ended, in colour and word. */
export const OUTCOMES: Record<AuditOutcome, { tone: StatusTone; label: string }> = {
  intent: { tone: 'idle', label: 'Intent' },
  done: { tone: 'ok', label: 'Done' },
  failed: { tone: 'bad', label: 'Failed' },
  refused: { tone: 'warn', label: 'Refused' },
};
