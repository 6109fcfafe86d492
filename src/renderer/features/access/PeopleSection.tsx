import { Button, Group, Modal, MultiSelect, Select, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type AccountAccess, TenantRole } from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import { useGranted, usePrincipal } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import { DataTable, ErrorNotice, format, Section, Status } from '../../ui';
import { useAccessChanged } from './useAccessChanged';

/** Who has which role. */
export function PeopleSection() {
  const { query } = useTenantApi();
  const principal = usePrincipal();
  const mayManage = useGranted('access.manage');
  const [edited, setEdited] = useState<AccountAccess | null>(null);
  const people = useQuery(query.access.people.queryOptions({ input: {} }));
  const own = principal.kind === 'member' ? principal.session.user?.id : undefined;
  if (people.isError && !people.data) {
    return (
      <ErrorNotice error={people.error} doing="The accounts could not be read." onRetry={people.refetch} />
    );
  }
  return (
    <Section
      title="Who has which role"
      unit={people.data && format.plural(people.data.length, 'account')}
      description="A change is felt at the next click of whoever it concerns. Nobody changes their own role."
      padding="flush"
    >
      <DataTable
        label="Who has which role"
        rows={people.data}
        rowKey={({ id }) => id}
        maxHeight={360}
        columns={[
          {
            key: 'name',
            header: 'Name',
            render: ({ name, kind }) => (
              <>
                {name} {kind === 'service' && <span className="muted">service</span>}
              </>
            ),
          },
          {
            key: 'state',
            header: 'State',
            hideBelow: 'md',
            render: ({ state }) =>
              state === 'active' ? (
                <Status tone="ok" label="Active" />
              ) : (
                <Status tone="idle" label="Disabled" />
              ),
          },
          { key: 'role', header: 'Role', render: ({ role }) => ROLE_WORDS[role] },
          {
            key: 'custom',
            header: 'Custom roles',
            render: ({ customRoles }) => customRoles.map(({ name }) => name).join(', ') || '–',
          },
          {
            key: 'act',
            header: 'Actions',
            headerHidden: true,
            align: 'right',
            render: (account) =>
              mayManage &&
              account.id !== own && (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`Change the roles of ${account.name}`}
                  onClick={() => setEdited(account)}
                >
                  Change
                </Button>
              ),
          },
        ]}
      />
      <Modal
        opened={edited !== null}
        onClose={() => setEdited(null)}
        title={edited ? `The roles of ${edited.name}` : ''}
        size={480}
      >
        {edited && <AssignForm account={edited} onClose={() => setEdited(null)} />}
      </Modal>
    </Section>
  );
}

function AssignForm({ account, onClose }: { account: AccountAccess; onClose: () => void }) {
  const { client, query } = useTenantApi();
  const changed = useAccessChanged();
  const roles = useQuery(query.access.roles.queryOptions({ input: {} }));
  const [role, setRole] = useState(account.role);
  const [custom, setCustom] = useState(account.customRoles.map(({ id }) => id));
  const assignment = useMutation({
    mutationFn: () => client.access.assign({ id: account.id, role, customRoles: custom }),
    onSuccess: async () => {
      onClose();
      await changed();
    },
  });
  return (
    <Stack gap="md">
      <Select
        data-autofocus
        label="Role"
        allowDeselect={false}
        data={TenantRole.options.map((value) => ({ value, label: ROLE_WORDS[value] }))}
        value={role}
        onChange={(value) => setRole(TenantRole.parse(value))}
      />
      <MultiSelect
        label="Custom roles"
        placeholder={custom.length === 0 ? 'None' : undefined}
        data={(roles.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={custom}
        onChange={setCustom}
      />
      {assignment.isError && <ErrorNotice error={assignment.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={assignment.isPending} onClick={() => assignment.mutate()}>
          Give these roles
        </Button>
      </Group>
    </Stack>
  );
}
