import { GRANTS, MATRIX, Permission, Role } from '../../../contract';
import { PERMISSION_WORDS } from '../../app/frame/permissionWords';
import { ROLE_WORDS } from '../../app/frame/roles';
import { type Column, DataTable, Section, Status } from '../../ui';

const RESOURCES: ReadonlyMap<string, string> = new Map(
  MATRIX.map(({ permission, resource }) => [permission, resource]),
);

/** The rows of the specification first, then what the console adds. */
const ROWS = [
  ...MATRIX.map(({ permission }): Permission => permission),
  ...Permission.options.filter(
    (permission) => permission !== 'public' && permission !== 'session' && !RESOURCES.has(permission),
  ),
];

const COLUMNS: readonly Column<Permission>[] = [
  {
    key: 'permission',
    header: 'What',
    render: (permission) => RESOURCES.get(permission) ?? PERMISSION_WORDS[permission],
  },
  {
    key: 'id',
    header: 'Permission',
    hideBelow: 'md',
    render: (permission) => <span className="mono">{permission}</span>,
  },
  ...Role.options.map((role) => ({
    key: role,
    header: ROLE_WORDS[role],
    render: (permission: Permission) =>
      GRANTS[role].includes(permission) ? (
        <Status tone="ok" label="Yes" />
      ) : (
        <Status tone="idle" label="No" />
      ),
  })),
];

/** The access control matrix: what each role may do. What does not stand in it is refused. */
export function MatrixSection() {
  return (
    <Section
      title="Roles that are there for everybody"
      description="What does not stand here is refused. An operator runs the installation and reads no conversation without a break-glass grant."
      padding="flush"
    >
      <DataTable
        label="What each role may do"
        columns={COLUMNS}
        rows={ROWS}
        rowKey={(row) => row}
        maxHeight={440}
      />
    </Section>
  );
}
