import { GRANTS, type Permission } from '../../contract';
import { canonicalJson } from '../mechanism/canonicalJson';
import { type AuditChange, type AuditContext, NOWHERE } from '../mechanism/chain';
import type { Actor, Change } from './call';

const CHANGE = 'riscura/audit-change/v1';

/** From where a call comes, and as what its actor makes it. @param request the id of the request, of a program's */
export function contextOf(
  actor: Actor | null,
  permission: string,
  { source, request = null }: { readonly source: string; readonly request?: string | null },
): AuditContext {
  if (!actor) return { ...NOWHERE, from: source, request };
  return {
    ...NOWHERE,
    from: source,
    request,
    as: actingAs(actor, permission),
    // An API key has no session; its prefix says which it is.
    session: actor.keyPrefix === null ? actor.sessionId : null,
    key: actor.keyPrefix,
  };
}

/** What allows it: the role where that holds the permission, else the custom roles that do. */
function actingAs({ role, customRoles }: Actor, permission: string): string {
  if ((GRANTS[role] as readonly string[]).includes(permission)) return role;
  const holding = customRoles.filter(({ permissions }) => permissions.has(permission as Permission));
  return holding.length === 0 ? role : holding.map(({ id }) => `custom-role:${id}`).join(' ');
}

/**
 * What was changed, as keyed hashes of its canonical JSON: whoever has the key can tell whether it was this, and
 * nobody can tell what it was.
 */
export function changeOf({ before, after }: Change, keyedHash: (text: string) => string): AuditChange {
  const hashOf = (value: unknown) =>
    value === null || value === undefined ? null : keyedHash(`${CHANGE}\n${canonicalJson(value)}`);
  return { before: hashOf(before), after: hashOf(after) };
}
