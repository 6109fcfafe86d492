import type { LimitSubject } from '../../../contract';

/** The tenant itself among those who are counted. */
export const TENANT_SUBJECT = 'tenant';

/** The name under which a person, or a key, is counted. */
export function subjectOf(kind: Exclude<LimitSubject, 'tenant'>, id: string): string {
  return `${kind}:${id}`;
}

export function kindOf(subject: string): LimitSubject {
  const [kind] = subject.split(':');
  return kind === 'person' || kind === 'key' ? kind : 'tenant';
}

/** @returns `null` for the tenant */
export function idOf(subject: string): string | null {
  const at = subject.indexOf(':');
  return at < 0 ? null : subject.slice(at + 1);
}
