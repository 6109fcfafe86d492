import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ASSIGNABLE, GRANTS, isGranted, MATRIX, Permission, Role } from '../../src/contract';

/** The table as the specification prints it under “Access Control Matrix”, copied character by character. */
const PRINTED = readFileSync('test/support/specification/accessControlMatrix.txt', 'utf8');

/** The heads of the columns, and the roles of the contract that they are. */
const COLUMNS: Readonly<Record<string, Role>> = {
  Admin: 'operator',
  'Tenant Admin': 'tenant-admin',
  User: 'user',
  Guest: 'guest',
};

function cellsOf(line: string): string[] {
  return line.split('│').map((cell) => cell.trim());
}

function readTable() {
  const [head = '', , ...lines] = PRINTED.trim().split('\n');
  const [, ...columns] = cellsOf(head);
  return lines.flatMap((line) => {
    const [resource = '', ...marks] = cellsOf(line);
    return columns.map((column, index) => ({ resource, column, mark: marks[index] ?? '' }));
  });
}

const CELLS = readTable();

describe('the access control matrix', () => {
  it('has the rows and columns of the specification and no others', () => {
    expect([...new Set(CELLS.map(({ column }) => column))]).toEqual(Object.keys(COLUMNS));
    expect(MATRIX.map(({ resource }) => resource)).toEqual([
      ...new Set(CELLS.map(({ resource }) => resource)),
    ]);
    expect(Object.values(COLUMNS).sort()).toEqual([...Role.options].sort());
    expect(CELLS).toHaveLength(20);
  });

  it.each(CELLS)(
    'says of $resource for $column what the specification says: $mark',
    ({ resource, column, mark }) => {
      expect(['✓', '✗']).toContain(mark);
      const row = MATRIX.find((each) => each.resource === resource);
      const role = COLUMNS[column];
      if (!row || !role) throw new Error(`the matrix lacks ${resource} or ${column}`);
      const roles: readonly Role[] = row.roles;
      expect(roles.includes(role)).toBe(mark === '✓');
      expect(isGranted(role, row.permission)).toBe(mark === '✓');
    },
  );

  it('lets a custom role hold nothing that only an operator holds', () => {
    for (const permission of Permission.options) {
      const ofAdministrator = GRANTS['tenant-admin'].includes(permission);
      const ofEverybody = GRANTS.guest.includes(permission);
      expect([permission, ASSIGNABLE.includes(permission)]).toEqual([
        permission,
        ofAdministrator && !ofEverybody,
      ]);
    }
  });
});
