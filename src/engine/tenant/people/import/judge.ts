import {
  EmailAddress,
  type ImportLine,
  type ImportMapping,
  type ImportProblem,
  type Permission,
  type TenantRole,
  Title,
} from '../../../../contract';
import type { Actor } from '../../../door';
import { permissionsOf } from '../../access';
import type { Census, CensusAccount } from './census';
import { cellOf, folded, wordsOf } from './propose';
import type { Row } from './table';

/** So much of a word from the file stands in a sentence about it. */
const SHOWN = 40;

/** A person as a line wants them. */
export interface Wanted {
  readonly name: string;
  readonly role: TenantRole;
  readonly customRoles: readonly string[];
}

/** A line with what becomes of it. */
export interface Judged {
  readonly shown: ImportLine;
  /** Who is there already. */
  readonly account: CensusAccount | null;
  /** `null` on a line with an error. */
  readonly wanted: Wanted | null;
}

/** Why a line cannot be imported, in words. */
class Unfit {
  constructor(
    readonly problem: ImportProblem,
    readonly words: string,
  ) {}
}

interface Bench {
  readonly census: Census;
  readonly mapping: ImportMapping;
  readonly actor: Actor;
}

/** Says of each line what the import would do with it. */
export function judgeRows(rows: readonly Row[], bench: Bench): Judged[] {
  const lines = new Map<string, number>();
  const judged = rows.map((row) => judgeRow(row, bench, lines));
  return withinPlan(keepAnAdministrator(judged, bench.census), bench.census);
}

function judgeRow(row: Row, bench: Bench, lines: Map<string, number>): Judged {
  const { columns } = bench.mapping;
  const typed = cellOf(row, 'email', columns);
  const name = nameOf(row, columns);
  const parsed = EmailAddress.safeParse(typed);
  const email = parsed.success ? parsed.data : typed.slice(0, 254);
  const account = bench.census.accounts.get(email) ?? null;
  const shown = { line: row.line, email, name: name || (account?.name ?? ''), problem: null };
  const wanted = parsed.success
    ? (firstUse(email, row.line, lines) ?? want(row, name, account, bench))
    : new Unfit('bad-email', typed === '' ? 'There is no e-mail address.' : 'It is no e-mail address.');
  if (wanted instanceof Unfit) {
    const { problem, words } = wanted;
    return { account, wanted: null, shown: { ...shown, verdict: 'error', problem, words } };
  }
  const { verdict, words } = differenceOf(account, wanted, bench.census);
  return { account, wanted, shown: { ...shown, verdict, words } };
}

function firstUse(email: string, line: number, lines: Map<string, number>): Unfit | null {
  const first = lines.get(email);
  if (first !== undefined) return new Unfit('duplicate', `The address stands on line ${first} already.`);
  lines.set(email, line);
  return null;
}

function nameOf(row: Row, columns: ImportMapping['columns']): string {
  const whole = cellOf(row, 'name', columns);
  if (whole !== '') return whole;
  return `${cellOf(row, 'given-name', columns)} ${cellOf(row, 'family-name', columns)}`.trim();
}

/** What a line asks for, or why that cannot be. */
function want(row: Row, typed: string, account: CensusAccount | null, bench: Bench): Wanted | Unfit {
  const name = Title.safeParse(typed === '' ? (account?.name ?? '') : typed);
  if (!name.success) {
    return new Unfit(
      'bad-name',
      typed === '' ? 'There is no name.' : 'The name is too long or has odd signs.',
    );
  }
  const roles = rolesOf(row, account, bench);
  if (roles instanceof Unfit) return roles;
  const wanted = { name: name.data, ...roles };
  return objection(account, wanted, bench) ?? wanted;
}

function rolesOf(
  row: Row,
  account: CensusAccount | null,
  { mapping, census }: Bench,
): Omit<Wanted, 'name'> | Unfit {
  const word = cellOf(row, 'role', mapping.columns);
  const given = word === '' ? null : mapping.roles.find((each) => folded(each.word) === folded(word));
  if (given === undefined) {
    return new Unfit('unknown-role', `“${word.slice(0, SHOWN)}” is no role that was chosen for a word.`);
  }
  const role = given?.role ?? account?.role ?? mapping.defaultRole;
  if (role === null)
    return new Unfit('unknown-role', 'There is no role, and none was chosen for such lines.');
  const custom = new Set(given?.customRoles);
  for (const each of wordsOf(cellOf(row, 'custom-roles', mapping.columns))) {
    const found = mapping.customRoles.find((known) => folded(known.word) === folded(each));
    if (!found)
      return new Unfit('unknown-role', `“${each.slice(0, SHOWN)}” is no custom role that was chosen.`);
    custom.add(found.id);
  }
  if ([...custom].some((id) => !census.roles.has(id))) {
    return new Unfit('unknown-role', 'A custom role that was chosen is not there any more.');
  }
  const says = custom.size > 0 || mapping.columns.some(({ field }) => field === 'custom-roles');
  return { role, customRoles: says ? [...custom].sort() : [...(account?.customRoles ?? [])] };
}

/** The same rules as for a change by hand. */
function objection(account: CensusAccount | null, wanted: Wanted, { census, actor }: Bench): Unfit | null {
  if (account !== null && isSame(account, wanted)) return null;
  if (account?.kind === 'service') {
    return new Unfit('service-account', 'The address is that of a service account.');
  }
  const isTheirs = account !== null && (account.name !== wanted.name || account.role !== wanted.role);
  if (isTheirs && account.provider !== null) {
    return new Unfit(
      'directory',
      `Name and role of this person come from “${account.provider}”. Change them there.`,
    );
  }
  const changesRoles = account === null || !hasSameRoles(account, wanted);
  if (account?.id === actor.id && changesRoles) {
    return new Unfit('own-account', 'Nobody changes what they may do themselves.');
  }
  const needed = [...(account?.permissions ?? []), ...permissionsAfter(wanted, census)];
  const missing = needed.filter((permission) => !actor.permissions.has(permission));
  if (missing.length > 0) {
    return new Unfit(
      'role-not-held',
      `Nobody gives or takes more than they hold themselves. You do not hold: ${[...new Set(missing)].join(', ')}.`,
    );
  }
  const manages = actor.permissions.has('access.manage');
  if (!manages && changesRoles && (account !== null || wanted.customRoles.length > 0)) {
    return new Unfit(
      'role-not-held',
      'To give roles to somebody who is there, or custom roles, takes the permission to manage access.',
    );
  }
  return null;
}

function permissionsAfter({ role, customRoles }: Wanted, { roles }: Census): Permission[] {
  return [
    ...permissionsOf(
      role,
      customRoles.flatMap((id) => roles.get(id)?.permissions ?? []),
    ),
  ];
}

function isSame(account: CensusAccount, wanted: Wanted): boolean {
  return account.name === wanted.name && hasSameRoles(account, wanted);
}

/** Whether role and custom roles are as they are. */
export function hasSameRoles(account: CensusAccount, { role, customRoles }: Wanted): boolean {
  return account.role === role && account.customRoles.join(' ') === customRoles.join(' ');
}

function differenceOf(
  account: CensusAccount | null,
  wanted: Wanted,
  census: Census,
): Pick<ImportLine, 'verdict' | 'words'> {
  const named = (ids: readonly string[]) =>
    ids.map((id) => census.roles.get(id)?.name ?? id).join(', ') || 'none';
  if (account === null) {
    const custom = wanted.customRoles.length > 0 ? ` with ${named(wanted.customRoles)}` : '';
    return { verdict: 'new', words: `Is invited as ${wanted.role}${custom}.` };
  }
  const changes: string[] = [];
  if (account.name !== wanted.name) changes.push(`Name: ${account.name} → ${wanted.name}.`);
  if (account.role !== wanted.role) changes.push(`Role: ${account.role} → ${wanted.role}.`);
  if (account.customRoles.join(' ') !== wanted.customRoles.join(' ')) {
    changes.push(`Custom roles: ${named(account.customRoles)} → ${named(wanted.customRoles)}.`);
  }
  if (changes.length === 0) return { verdict: 'unchanged', words: 'Is as the line says.' };
  return { verdict: 'changed', words: changes.join(' ') };
}

/** Where nobody would be left who can give roles, the lines that take that role are errors. */
function keepAnAdministrator(judged: readonly Judged[], { accounts }: Census): Judged[] {
  const isAdministrator = ({ role, kind, state }: CensusAccount) =>
    role === 'tenant-admin' && kind === 'person' && state === 'active';
  const demoted = judged.filter(
    ({ account, wanted }) => account && wanted && isAdministrator(account) && wanted.role !== 'tenant-admin',
  );
  const there = [...accounts.values()].filter(isAdministrator).length;
  if (demoted.length === 0 || demoted.length < there) return [...judged];
  const words = 'No active administrator would be left.';
  return judged.map((each) => (demoted.includes(each) ? unfit(each, 'last-administrator', words) : each));
}

function withinPlan(judged: readonly Judged[], { accounts, limit }: Census): Judged[] {
  if (limit === null) return [...judged];
  let room = limit - [...accounts.values()].filter(({ kind }) => kind === 'person').length;
  return judged.map((each) => {
    if (each.shown.verdict !== 'new') return each;
    room -= 1;
    return room < 0 ? unfit(each, 'over-plan', `The plan has room for ${limit} people.`) : each;
  });
}

function unfit(judged: Judged, problem: ImportProblem, words: string): Judged {
  return { ...judged, wanted: null, shown: { ...judged.shown, verdict: 'error', problem, words } };
}
