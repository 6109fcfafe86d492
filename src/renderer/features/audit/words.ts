import type { AuditOrigin, AuditOutcome } from '../../../contract';
import type { StatusTone } from '../../ui';

/** How an event ended, in colour and word. */
export const OUTCOMES: Record<AuditOutcome, { tone: StatusTone; label: string }> = {
  intent: { tone: 'idle', label: 'Intent' },
  done: { tone: 'ok', label: 'Done' },
  failed: { tone: 'bad', label: 'Failed' },
  refused: { tone: 'warn', label: 'Refused' },
};

const SHORT = 8;

/** From where somebody acted, in words. */
export function originWords({ from, key }: AuditOrigin): string {
  if (key) return `API key ${key}…`;
  const [kind = '', ...rest] = (from ?? '').split(':');
  const name = rest.join(':');
  if (kind === 'window') return `Window ${name.slice(0, SHORT)}`;
  if (kind === 'job') return `Job: ${name}`;
  if (kind === 'command-line') return 'Command line';
  return from ?? '–';
}

const ROLES: Readonly<Record<string, string>> = {
  operator: 'Operator',
  'tenant-admin': 'Tenant administrator',
  user: 'User',
  guest: 'Guest',
};

/** What allowed an act, in words: the role, or the custom roles by their ids. */
export function actingWords(as: string): string {
  if (!as.startsWith('custom-role:')) return ROLES[as] ?? as;
  const ids = as.split(' ').map((each) => each.slice('custom-role:'.length));
  return `${ids.length === 1 ? 'Custom role' : 'Custom roles'} ${ids.join(', ')}`;
}
