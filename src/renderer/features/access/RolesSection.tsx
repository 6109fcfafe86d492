import { Button, Checkbox, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ASSIGNABLE, type CustomRole, type Permission } from '../../../contract';
import { PERMISSION_WORDS } from '../../app/frame/permissionWords';
import { permissionsOf, useGranted, usePrincipal } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import { DataTable, EmptyState, ErrorNotice, fieldProblems, format, RelativeTime, Section } from '../../ui';
import classes from './access.module.css';
import { useAccessChanged } from './useAccessChanged';

/** The roles that the tenant has composed for itself. */
export function RolesSection() {
  const { query } = useTenantApi();
  const mayManage = useGranted('access.manage');
  const [edited, setEdited] = useState<CustomRole | 'new' | null>(null);
  const roles = useQuery(query.access.roles.queryOptions({ input: {} }));
  if (roles.isError && !roles.data) {
    return <ErrorNotice error={roles.error} doing="The roles could not be read." onRetry={roles.refetch} />;
  }
  const compose = mayManage && (
    <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
      Compose role
    </Button>
  );
  return (
    <Section
      title="Roles of this tenant"
      description="A custom role adds to the role of an account. It holds at most what a tenant administrator holds."
      padding="flush"
      actions={roles.data && roles.data.length > 0 && compose}
    >
      <DataTable
        label="Roles of this tenant"
        rows={roles.data}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={IconUsersGroup} title="No role of your own yet" actions={compose}>
            Compose one for somebody who needs a little more than a user, and less than an administrator.
          </EmptyState>
        }
        columns={[
          { key: 'name', header: 'Role', render: ({ name }) => name },
          {
            key: 'permissions',
            header: 'May',
            render: ({ permissions }) => (
              <span className={classes.reason}>
                {permissions.map((each) => PERMISSION_WORDS[each]).join(' · ')}
              </span>
            ),
          },
          {
            key: 'members',
            header: 'Accounts',
            align: 'right',
            render: ({ members }) => format.count(members),
          },
          {
            key: 'changed',
            header: 'Changed',
            hideBelow: 'md',
            render: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
          },
          {
            key: 'act',
            header: 'Actions',
            headerHidden: true,
            align: 'right',
            render: (role) =>
              mayManage && (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`Edit ${role.name}`}
                  onClick={() => setEdited(role)}
                >
                  Edit
                </Button>
              ),
          },
        ]}
      />
      <Modal
        opened={edited !== null}
        onClose={() => setEdited(null)}
        title={edited === 'new' || edited === null ? 'Compose a role' : `Edit ${edited.name}`}
        size={560}
      >
        {edited !== null && (
          <RoleForm role={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
        )}
      </Modal>
    </Section>
  );
}

function RoleForm({ role, onClose }: { role: CustomRole | null; onClose: () => void }) {
  const { client } = useTenantApi();
  const changed = useAccessChanged();
  const held = permissionsOf(usePrincipal());
  const form = useForm({
    initialValues: {
      name: role?.name ?? '',
      description: role?.description ?? '',
      permissions: [...(role?.permissions ?? [])] as string[],
    },
    validate: {
      name: (value) => (value.trim() === '' ? 'A role needs a name' : null),
      permissions: (value) => (value.length === 0 ? 'Choose at least one' : null),
    },
  });
  const done = async () => {
    onClose();
    await changed();
  };
  const saving = useMutation({
    mutationFn: (values: typeof form.values) => {
      const wishes = { ...values, permissions: values.permissions as Permission[] };
      return role
        ? client.access.updateRole({ ...wishes, id: role.id, revision: role.revision })
        : client.access.createRole(wishes);
    },
    onSuccess: done,
    onError: (error) => form.setErrors(fieldProblems(error)),
  });
  const removal = useMutation({
    mutationFn: (id: string) => client.access.removeRole({ id }),
    onSuccess: done,
  });
  const error = saving.error ?? removal.error;
  return (
    <form onSubmit={form.onSubmit((values) => saving.mutate(values))} noValidate>
      <Stack gap="md">
        <TextInput data-autofocus label="Name" maxLength={120} {...form.getInputProps('name')} />
        <Textarea label="What it is for" maxLength={300} autosize {...form.getInputProps('description')} />
        <Checkbox.Group label="May" {...form.getInputProps('permissions')}>
          <Stack gap={6} mt={6}>
            {ASSIGNABLE.map((permission) => (
              <Checkbox
                key={permission}
                value={permission}
                label={PERMISSION_WORDS[permission]}
                disabled={!held.includes(permission)}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        {error && <ErrorNotice error={error} fieldsMarked />}
        <Group justify="space-between">
          {role ? (
            <Button
              variant="subtle"
              color="red"
              loading={removal.isPending}
              onClick={() => removal.mutate(role.id)}
            >
              Remove from {format.plural(role.members, 'account')}
            </Button>
          ) : (
            <span />
          )}
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={saving.isPending}>
              Save role
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
