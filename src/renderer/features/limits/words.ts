import type { OwnLimits } from '../../../contract';
import { format } from '../../ui';

/** The limits in the order in which they are shown. */
export const LIMITS = [
  { name: 'minute', label: 'Requests a minute', unit: '/min' },
  { name: 'hour', label: 'Requests an hour', unit: '/h' },
  { name: 'day', label: 'Requests a day', unit: '/day' },
  { name: 'atOnce', label: 'Queries at once', unit: ' at once' },
] as const satisfies readonly { name: keyof OwnLimits; label: string; unit: string }[];

/** Limits in one line; empty where there are none. */
export function limitWords(limits: OwnLimits): string {
  return LIMITS.flatMap(({ name, unit }) => {
    const most = limits[name];
    return most === null ? [] : [`${format.count(most)}${unit}`];
  }).join(', ');
}
