import type {
  CustomRole,
  ImportEncoding,
  ImportField,
  ImportMapping,
  ImportSheet,
  ImportWord,
  TenantRole,
} from '../../../../contract';
import type { Row, Table } from './table';

const SAMPLE_LINES = 5;
/** More different words than this are no column of roles. */
const MOST_WORDS = 500;

/** How columns are headed, without spaces and signs, in small letters. */
const HEADERS: Readonly<Record<ImportField, readonly string[]>> = {
  email: ['email', 'emailaddress', 'mail', 'mailaddress', 'userprincipalname', 'upn', 'emailadresse'],
  name: ['name', 'fullname', 'displayname', 'person', 'anzeigename'],
  'given-name': ['givenname', 'firstname', 'forename', 'vorname', 'prenom'],
  'family-name': ['familyname', 'lastname', 'surname', 'nachname', 'nom'],
  role: ['role', 'userrole', 'accesslevel', 'rolle'],
  'custom-roles': ['customroles', 'customrole', 'additionalroles', 'roles', 'groups'],
};

/** What people call the roles that are there for everybody. */
const ROLES: Readonly<Record<TenantRole, readonly string[]>> = {
  'tenant-admin': ['tenant-admin', 'tenant admin', 'administrator', 'admin'],
  user: ['user', 'member', 'employee', 'staff'],
  guest: ['guest', 'viewer', 'external', 'visitor'],
};

export type KnownRole = Pick<CustomRole, 'id' | 'name'>;

/** The words of a cell of custom roles. */
export function wordsOf(cell: string): string[] {
  return cell
    .split(/[;|]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** As words of roles are compared. */
export function folded(word: string): string {
  return word.normalize('NFC').toLowerCase().trim();
}

/** What a field says on a line; empty where it has no column. */
export function cellOf(row: Row, field: ImportField, columns: ImportMapping['columns']): string {
  const found = columns.find((each) => each.field === field);
  return found ? (row.cells[found.column] ?? '') : '';
}

/** How a file is understood, with a mapping that somebody can change. */
export function proposeSheet(
  table: Table,
  encoding: ImportEncoding,
  known: readonly KnownRole[],
  chosen: ImportMapping['columns'] | undefined,
): ImportSheet {
  const columns = chosen ?? proposeColumns(table.headers);
  const roleWords = countWords(table.rows.map((row) => [cellOf(row, 'role', columns)]));
  const customRoleWords = countWords(table.rows.map((row) => wordsOf(cellOf(row, 'custom-roles', columns))));
  return {
    headers: [...table.headers],
    sample: table.rows.slice(0, SAMPLE_LINES).map(({ cells }) => [...cells]),
    lines: table.rows.length,
    roleWords,
    customRoleWords,
    mapping: {
      encoding,
      delimiter: table.delimiter,
      columns: [...columns],
      roles: roleWords.flatMap(({ word }) => proposeRole(word, known)),
      customRoles: customRoleWords.flatMap(({ word }) => {
        const role = roleNamed(word, known);
        return role ? [{ word, id: role.id }] : [];
      }),
      defaultRole: columns.some(({ field }) => field === 'role') ? null : 'user',
    },
  };
}

function proposeColumns(headers: readonly string[]): ImportMapping['columns'] {
  const found: ImportMapping['columns'] = [];
  for (const [column, header] of headers.entries()) {
    const word = header
      .normalize('NFD')
      .toLowerCase()
      .replace(/[^a-z]/g, '');
    const field = (Object.keys(HEADERS) as ImportField[]).find((each) => HEADERS[each].includes(word));
    if (field && !found.some((each) => each.field === field)) found.push({ column, field });
  }
  return found;
}

/** A word that is a custom role's name gets the least role besides it. */
function proposeRole(word: string, known: readonly KnownRole[]): ImportMapping['roles'] {
  const role = (Object.keys(ROLES) as TenantRole[]).find((each) => ROLES[each].includes(folded(word)));
  if (role) return [{ word, role, customRoles: [] }];
  const custom = roleNamed(word, known);
  return custom ? [{ word, role: 'guest', customRoles: [custom.id] }] : [];
}

function roleNamed(word: string, known: readonly KnownRole[]): KnownRole | undefined {
  return known.find(({ name }) => folded(name) === folded(word));
}

/** Words that differ only in their case are one. */
function countWords(cells: readonly (readonly string[])[]): ImportWord[] {
  const found = new Map<string, ImportWord>();
  for (const word of cells.flat()) {
    if (word === '' || word.length > 120) continue;
    const before = found.get(folded(word));
    if (before) found.set(folded(word), { ...before, lines: before.lines + 1 });
    else if (found.size < MOST_WORDS) found.set(folded(word), { word, lines: 1 });
  }
  return [...found.values()];
}
