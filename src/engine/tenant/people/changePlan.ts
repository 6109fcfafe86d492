import {
  type AccountAccess,
  type ChangePreview,
  GRANTS,
  type PeopleChange,
  type Permission,
  type TenantRole,
} from '../../../contract';
import type { Actor } from '../../door';

/** Somebody whom a change is about, with all that decides whether it may be. */
export interface Subject {
  readonly account: AccountAccess;
  /** The provider of sign-on that they come by. */
  readonly provider: string | null;
  /** Whether it was the directory's word that disabled them. */
  readonly byDirectory: boolean;
  /** Whether an answer is being made for them. */
  readonly isAsking: boolean;
}

/** What a change of several people comes to. */
export interface ChangePlan extends Pick<ChangePreview, 'changes' | 'unchanged' | 'refusals'> {
  readonly subjects: readonly Subject[];
}

interface PlanQuestion {
  readonly actor: Actor;
  readonly change: PeopleChange;
  readonly subjects: readonly Subject[];
  /** The ids of the active administrators, none of them a program. */
  readonly administrators: readonly string[];
}

const ROLES: Readonly<Record<TenantRole, string>> = {
  'tenant-admin': 'tenant administrator',
  user: 'user',
  guest: 'guest',
};

const STATES: Readonly<Record<AccountAccess['state'], string>> = {
  active: 'active',
  invited: 'invited',
  disabled: 'disabled',
};

/** Decides person by person what a change does, and whom it is refused for and why. */
export function planChange(question: PlanQuestion): ChangePlan {
  const { subjects, change } = question;
  const differing = subjects.filter((subject) => !isSoAlready(subject, change));
  const unchanged = subjects.filter((subject) => isSoAlready(subject, change));
  const stays = staysWithout(question, differing);
  const refusals = differing.flatMap((subject) => {
    const reason = refusalOf(subject, question) ?? (stays(subject) ? null : LAST);
    return reason === null ? [] : [{ ...named(subject), reason }];
  });
  const refused = new Set(refusals.map(({ id }) => id));
  const changed = differing.filter(({ account }) => !refused.has(account.id));
  return {
    subjects: changed,
    changes: changed.map((subject) => ({ ...named(subject), ...wordsOf(subject, change) })),
    unchanged: unchanged.map(named),
    refusals,
  };
}

const LAST = 'Nobody would be left who administers the tenant. Give somebody else that role first.';

function named({ account: { id, name } }: Subject): { id: string; name: string } {
  return { id, name };
}

function isSoAlready({ account }: Subject, change: PeopleChange): boolean {
  if (change.kind === 'role') return account.role === change.role;
  if (change.kind === 'disable') return account.state === 'disabled';
  return change.kind === 'enable' && account.state !== 'disabled';
}

/** Whether an administrator stays, as far as somebody is one who would not be any more. */
function staysWithout(
  { change, administrators }: PlanQuestion,
  differing: readonly Subject[],
): (subject: Subject) => boolean {
  if (change.kind === 'enable') return () => true;
  const gone = new Set(differing.map(({ account }) => account.id));
  const left = administrators.some((id) => !gone.has(id));
  const gains = change.kind === 'role' && change.role === 'tenant-admin';
  return ({ account }) => left || gains || !administrators.includes(account.id);
}

function refusalOf(subject: Subject, question: PlanQuestion): string | null {
  const { account, provider, byDirectory, isAsking } = subject;
  const { actor, change } = question;
  if (account.id === actor.id) return OWN[change.kind];
  const missing = missingOf(subject, question);
  if (missing.length > 0) return `You do not hold what this person may do: ${missing.join(', ')}.`;
  if (change.kind === 'role' && !actor.permissions.has('access.manage'))
    return 'To give roles takes the permission to manage access.';
  if (change.kind === 'role' && provider !== null) return `The role comes from the directory ${provider}.`;
  if (change.kind === 'enable' && byDirectory) return `The directory ${provider} disabled this person.`;
  if (change.kind === 'remove' && isAsking)
    return 'An answer is being made for this person. Disable them, and remove them when it is done.';
  return null;
}

const OWN: Readonly<Record<PeopleChange['kind'], string>> = {
  role: 'Nobody changes what they may do themselves.',
  disable: 'Nobody disables their own account.',
  enable: 'Nobody enables their own account.',
  remove: 'Nobody removes their own account.',
};

/** Custom roles stay, so that what they add is among what the account allows already. */
function missingOf({ account }: Subject, { actor, change }: PlanQuestion): Permission[] {
  const after = change.kind === 'role' ? GRANTS[change.role] : [];
  const wanted = new Set([...account.permissions, ...after]);
  return [...wanted].filter((permission) => !actor.permissions.has(permission));
}

function wordsOf({ account }: Subject, change: PeopleChange): { before: string; after: string } {
  if (change.kind === 'role') return { before: ROLES[account.role], after: ROLES[change.role] };
  const after = { disable: 'disabled', enable: 'enabled', remove: 'removed' }[change.kind];
  return { before: STATES[account.state], after };
}
