import type { AccessReview, ReviewDecision, ReviewDifference } from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import type { StatusTone } from '../../ui';

export function stateOf({ state, overdue }: AccessReview): { tone: StatusTone; label: string } {
  if (state === 'open') return overdue ? { tone: 'bad', label: 'Overdue' } : { tone: 'busy', label: 'Open' };
  return overdue ? { tone: 'warn', label: 'Signed late' } : { tone: 'ok', label: 'Signed' };
}

export const DIFFERENCE_WORDS: Readonly<Record<ReviewDifference, string>> = {
  removed: 'removed',
  state: 'enabled or disabled',
  role: 'role',
  'custom-roles': 'custom roles',
  permissions: 'a custom role of theirs',
};

/** A decision as it stands in the list. @param names of the custom roles that a change gives */
export function decisionOf(
  decision: ReviewDecision | null,
  names: readonly string[],
): { tone: StatusTone; label: string } {
  if (decision === null) return { tone: 'idle', label: 'Not decided' };
  if (decision.kind === 'keep') return { tone: 'ok', label: 'Keep' };
  if (decision.kind === 'disable') return { tone: 'bad', label: 'Disable' };
  return { tone: 'warn', label: `Change to ${[ROLE_WORDS[decision.role], ...names].join(', ')}` };
}
