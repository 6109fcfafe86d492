import type {
  EgressAttempt,
  Place,
  QueryOutcome,
  Residency,
  ResidencyMode,
  TenantHealth,
  TenantState,
} from '../../contract';
import type { StatusProps } from './Status';

type Words = Pick<StatusProps, 'tone' | 'label' | 'icon' | 'title'>;

/** Where a tenant stands in its life. */
export const TENANT_STATES: Record<TenantState, Words> = {
  provisioning: { tone: 'busy', label: 'Provisioning' },
  active: { tone: 'ok', label: 'Active' },
  suspended: { tone: 'warn', label: 'Suspended', icon: 'pause' },
  deleting: { tone: 'busy', label: 'Deleting' },
};

/** How a tenant is. */
export const TENANT_HEALTH: Record<TenantHealth, Words> = {
  healthy: { tone: 'ok', label: 'Healthy' },
  'read-only': { tone: 'warn', label: 'Read-only', title: 'The disk is full or read-only.' },
  quarantined: { tone: 'bad', label: 'Quarantined', title: 'The database cannot be read as it should be.' },
  'older-state': {
    tone: 'bad',
    label: 'Older state',
    title: 'The database ends before what was signed.',
  },
  'key-missing': { tone: 'bad', label: 'Key missing', title: 'The key is not in the keychain.' },
  idle: {
    tone: 'idle',
    label: 'Idle',
    icon: 'asleep',
    title:
      'Nobody has used it since the console was started. Its database is closed, and checked when it is opened.',
  },
  unknown: { tone: 'warn', label: 'Cannot be opened', title: 'Opening it failed; the log says why.' },
};

/** What became of a query. */
export const QUERY_OUTCOMES: Record<QueryOutcome, Words> = {
  answered: { tone: 'ok', label: 'Answered' },
  stopped: { tone: 'idle', label: 'Stopped' },
  failed: { tone: 'bad', label: 'Failed' },
  refused: { tone: 'warn', label: 'Refused' },
  interrupted: { tone: 'bad', label: 'Interrupted' },
};

/** What the air gap decided about an attempt to open a connection. */
export const EGRESS_DECISIONS: Record<EgressAttempt['decision'], Words> = {
  allowed: { tone: 'ok', label: 'Allowed' },
  refused: { tone: 'warn', label: 'Refused', icon: 'lock' },
};

/** A residency mode in a word, and what it means. */
export const RESIDENCY_MODES: Record<ResidencyMode, { label: string; meaning: string }> = {
  'local-only': {
    label: 'Local only',
    meaning: 'Questions, documents and answers are processed in this building and never leave it.',
  },
  'region-bound': {
    label: 'Region-bound',
    meaning: 'Only endpoints in the declared regions may process what this tenant writes.',
  },
  'cloud-allowed': {
    label: 'Cloud allowed',
    meaning: 'Declared cloud providers may process what this tenant writes, as far as the air gap lets them.',
  },
};

/** A residency policy as one word with its regions. */
export function residencyStatus(residency: Residency): Words {
  const { label, meaning } = RESIDENCY_MODES[residency.mode];
  if (residency.mode === 'local-only') return { tone: 'ok', label, icon: 'lock', title: meaning };
  const regions = residency.regions.length > 0 ? `: ${residency.regions.join(', ')}` : '';
  const bound = residency.mode === 'region-bound';
  return { tone: 'info', label: bound ? `${label}${regions}` : label, title: meaning };
}

/** Where something was processed, in words. */
export function placeLabel(place: Place): string {
  if (place.kind === 'this-machine') return 'This machine';
  if (place.kind === 'this-site') return 'This site';
  return place.region ? `Cloud, ${place.region}` : 'Cloud';
}

/** The name of a model without its provider. */
export function modelName(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}
