import type { GroupMapping, TenantRole } from '../../../contract';
import { StepFailure } from './steps';

/** From the one that may least to the one that may most. */
const RANK: readonly TenantRole[] = ['guest', 'user', 'tenant-admin'];

interface Rules {
  readonly mappings: readonly GroupMapping[];
  readonly defaultRole: TenantRole | null;
}

/**
 * The role of somebody in these groups: of those that are mapped the one that may most.
 * @param comparable brings the names of groups into a form in which the same ones are equal
 * @throws StepFailure `refused` when they are in none of them and there is no role for others
 */
export function roleFor(
  { mappings, defaultRole }: Rules,
  groups: readonly string[],
  comparable: (group: string) => string,
): TenantRole {
  const own = new Set(groups.map(comparable));
  const roles = mappings.filter(({ group }) => own.has(comparable(group))).map(({ role }) => role);
  const best = RANK.findLast((role) => roles.includes(role)) ?? defaultRole;
  if (best !== null) return best;
  throw new StepFailure(
    'role',
    'refused',
    'None of the groups is given a role, and there is none for others.',
  );
}
