import type { ImportLine, ImportMapping } from '../../../src/contract';
import { base } from './base';
import type { World } from './world';

const tenant = base.tenant;
const DAY = 86_400_000;

const MAPPING: ImportMapping = {
  encoding: 'windows-1252',
  delimiter: ';',
  columns: [
    { column: 0, field: 'family-name' },
    { column: 1, field: 'given-name' },
    { column: 2, field: 'email' },
    { column: 4, field: 'role' },
  ],
  roles: [
    { word: 'Administrator', role: 'tenant-admin', customRoles: [] },
    { word: 'Staff', role: 'user', customRoles: [] },
  ],
  customRoles: [],
  defaultRole: null,
};

const PEOPLE = [
  'Ana Sousa',
  'Bao Tran',
  'Chiara Neri',
  'Dilan Kaya',
  'Emil Holt',
  'Freya Lund',
  'Goran Babić',
];

function linesOf(broken: boolean): ImportLine[] {
  return PEOPLE.map((name, index) => {
    const email = `${name.toLowerCase().split(' ')[0]}@northgate.example`;
    const line = { line: index + 2, email, name, problem: null };
    if (index === 2)
      return { ...line, verdict: 'changed', words: 'Name: Chiara N. → Chiara Neri. Role: guest → user.' };
    if (index === 3) return { ...line, verdict: 'unchanged', words: 'Is as the line says.' };
    if (index === 5 && broken) {
      return {
        ...line,
        verdict: 'error',
        problem: 'unknown-role',
        words: '“Claims lead” is no role that was chosen for a word.',
      };
    }
    return { ...line, verdict: 'new', words: 'Is invited as user.' };
  });
}

function countsOf(lines: readonly ImportLine[]) {
  const counts = { new: 0, changed: 0, unchanged: 0, error: 0 };
  for (const { verdict } of lines) counts[verdict] += 1;
  return counts;
}

/** The answers of an import of a file with seven people, one of whose words has no role at first. */
export function peopleImportRouter(world: World) {
  return {
    read: tenant.peopleImport.read.handler(({ input }) => ({
      headers: ['Surname', 'First name', 'Mail', 'Cost centre', 'Role'],
      sample: [['Sousa', 'Ana', 'ana@northgate.example', '4711', 'Staff']],
      lines: PEOPLE.length,
      roleWords: [
        { word: 'Staff', lines: 5 },
        { word: 'Administrator', lines: 1 },
        { word: 'Claims lead', lines: 1 },
      ],
      customRoleWords: [],
      mapping: { ...MAPPING, ...input.chosen } as ImportMapping,
    })),
    preview: tenant.peopleImport.preview.handler(({ input }) => {
      const lines = linesOf(!input.mapping.roles.some(({ word }) => word === 'Claims lead'));
      return { lines, counts: countsOf(lines), csv: 'line,email\r\n', digest: 'x' };
    }),
    apply: tenant.peopleImport.apply.handler(() => {
      const lines = linesOf(false).map((line) => ({
        ...line,
        code: line.verdict === 'new' ? 'K7QD-2MNP-VX4R-9THA-3WBC-8JKE-5ZYG-6FLS' : null,
        codeExpiresAt: line.verdict === 'new' ? world.now() + 3 * DAY : null,
      }));
      return { lines, counts: countsOf(lines), csv: 'line,email,code\r\n', domain: 'northgate.example' };
    }),
  };
}
