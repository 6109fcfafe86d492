import { ConsoleError, type Permission, type ReviewDecision, type TenantRole } from '../../../contract';
import type { Actor } from '../../door';
import type { Store } from '../../mechanism/store';
import { permissionsOf, readPermissions, requireHeld } from '../access';
import type { KeptRow, ReviewContents } from './records';

/** The custom roles of the tenant by id. */
export type RoleBook = ReadonlyMap<
  string,
  { readonly name: string; readonly permissions: readonly Permission[] }
>;

export async function readRoleBook(store: Store): Promise<RoleBook> {
  const rows = await store.read('SELECT id, name, permissions FROM custom_roles');
  return new Map(
    rows.map(({ id, name, permissions }) => [
      String(id),
      { name: String(name), permissions: readPermissions(permissions) },
    ]),
  );
}

/**
 * What an account would be allowed after a decision.
 * @throws ConsoleError CONFLICT when a custom role is not there any more
 */
export function permissionsAfter(
  { role, customRoles }: { role: TenantRole; customRoles: readonly string[] },
  book: RoleBook,
): Permission[] {
  const held = customRoles.flatMap((id) => {
    const found = book.get(id);
    if (!found) throw new ConsoleError('CONFLICT', { reason: 'One of the roles is not there any more.' });
    return found.permissions;
  });
  return [...permissionsOf(role, held)];
}

/** Whether nobody but this account could decide about it. */
export function standsAlone(accountId: string, { reviewers }: Pick<ReviewContents, 'reviewers'>): boolean {
  return reviewers.every((id) => id === accountId);
}

/** Why somebody cannot decide a line of an open review; `null` when they can. */
export function lockOf(row: KeptRow, actorId: string, contents: ReviewContents): string | null {
  if (row.now === null) return 'The account was removed: there is nothing to decide.';
  if (row.before.id === actorId && !standsAlone(actorId, contents)) return 'Somebody else decides about you.';
  return null;
}

/**
 * Sees that somebody may decide this about an account.
 * @throws ConsoleError NOT_ALLOWED or CONFLICT, in words
 */
export function requireDecidable(
  row: KeptRow,
  decision: ReviewDecision,
  actor: Actor,
  contents: ReviewContents,
  book: RoleBook,
): void {
  if (actor.scopes !== null || !contents.reviewers.includes(actor.id)) {
    throw new ConsoleError('NOT_ALLOWED', {
      reason: 'A program decides nothing here: a person signs in for it.',
    });
  }
  const lock = lockOf(row, actor.id, contents);
  if (lock !== null) throw new ConsoleError(row.now === null ? 'CONFLICT' : 'NOT_ALLOWED', { reason: lock });
  if (decision.kind === 'keep') return;
  if (row.before.id === actor.id) {
    throw new ConsoleError('NOT_ALLOWED', { reason: 'Nobody changes what they may do themselves.' });
  }
  requireHeld(actor, touchedBy(row, decision, book));
  requireOwnRole(row, decision);
}

/** @throws ConsoleError NOT_ALLOWED when the role that is changed is a directory's to give */
export function requireOwnRole({ now }: KeptRow, decision: ReviewDecision): void {
  const account = now?.account;
  if (decision.kind !== 'change' || !account?.signOn || account.role === decision.role) return;
  throw new ConsoleError('NOT_ALLOWED', {
    reason: `The role of ${account.name} comes from “${account.signOn}”. Change it there, or disable the account here.`,
  });
}

/** The permissions that a decision gives or takes: what the account holds, and what it would. */
export function touchedBy(
  { now }: KeptRow,
  decision: Exclude<ReviewDecision, { kind: 'keep' }>,
  book: RoleBook,
): Permission[] {
  const held = now?.account.permissions ?? [];
  return decision.kind === 'disable' ? [...held] : [...held, ...permissionsAfter(decision, book)];
}

/** The id in an actor of the audit chain: `tenant-admin:ID`. */
export function idOfActor(actor: string): string {
  return actor.slice(actor.indexOf(':') + 1);
}
