import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { IconRobot } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type ApiKey, GRANTS, type ServiceAccount, TenantRole } from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import { useTenantApi } from '../../app/tenant';
import { DataTable, EmptyState, ErrorNotice, RelativeTime, Section, Status } from '../../ui';
import { KeyLimitsDialog } from '../limits';
import { KeyTable } from './KeyTable';
import { NewKeyDialog } from './NewKeyDialog';
import { RevokeKeyDialog } from './RevokeKeyDialog';

/** Service accounts and everybody’s API keys, for those who manage users. */
export function AllKeys() {
  const { client, query } = useTenantApi();
  const keys = useQuery(query.apiKeys.listAll.queryOptions({ input: {} }));
  const services = useQuery(query.apiKeys.services.queryOptions({ input: {} }));
  const [adding, setAdding] = useState(false);
  const [keyFor, setKeyFor] = useState<ServiceAccount | null>(null);
  const [limiting, setLimiting] = useState<ApiKey | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const disable = useMutation({
    mutationFn: ({ id }: ServiceAccount) =>
      client.apiKeys.disableService({ id, reason: 'disabled by an administrator' }),
    onSettled: () => close(),
  });
  const close = () => {
    setAdding(false);
    setKeyFor(null);
    setRevoking(null);
    setLimiting(null);
    void keys.refetch();
    void services.refetch();
  };
  return (
    <>
      <Section
        title="Service accounts"
        description="Accounts of programs. Nobody signs in to them; they are used by their keys."
        padding="flush"
        actions={
          <Button variant="default" onClick={() => setAdding(true)}>
            Add service account
          </Button>
        }
      >
        {services.isError && <ErrorNotice error={services.error} onRetry={() => void services.refetch()} />}
        {disable.isError && <ErrorNotice error={disable.error} />}
        <DataTable
          label="Service accounts"
          rows={services.data}
          rowKey={({ id }) => id}
          skeletonRows={2}
          empty={
            <EmptyState icon={IconRobot} title="No service accounts">
              Add one for a program that should go on when the person who set it up leaves.
            </EmptyState>
          }
          columns={[
            { key: 'name', header: 'Name', render: ({ name }) => name },
            { key: 'role', header: 'Role', render: ({ role }) => ROLE_WORDS[role] },
            {
              key: 'created',
              header: 'Added',
              hideBelow: 'sm',
              render: ({ createdAt }) => <RelativeTime at={createdAt} />,
            },
            {
              key: 'state',
              header: 'State',
              render: ({ state }) => (
                <Status
                  tone={state === 'active' ? 'ok' : 'idle'}
                  label={state === 'active' ? 'Active' : 'Disabled'}
                />
              ),
            },
            {
              key: 'acts',
              header: 'Actions',
              headerHidden: true,
              align: 'right',
              render: (service) =>
                service.state === 'active' && (
                  <Group gap={6} justify="flex-end" wrap="nowrap">
                    <Button size="compact-xs" variant="default" onClick={() => setKeyFor(service)}>
                      New key
                    </Button>
                    <Button
                      size="compact-xs"
                      variant="default"
                      loading={disable.isPending && disable.variables.id === service.id}
                      onClick={() => disable.mutate(service)}
                    >
                      Disable
                    </Button>
                  </Group>
                ),
            },
          ]}
        />
      </Section>
      <Section title="API keys" description="Of everybody in this tenant." padding="flush">
        {keys.isError && <ErrorNotice error={keys.error} onRetry={() => void keys.refetch()} />}
        <KeyTable
          label="API keys of everybody"
          keys={keys.data}
          owners
          onRevoke={setRevoking}
          onLimit={setLimiting}
        />
      </Section>
      <Modal opened={adding} onClose={close} title="Add a service account" size={440}>
        <AddServiceForm onClose={close} />
      </Modal>
      <NewKeyDialog
        ownerName={keyFor?.name ?? null}
        permissions={keyFor ? GRANTS[keyFor.role] : []}
        create={(wishes) => client.apiKeys.createForService({ ...wishes, serviceId: keyFor?.id ?? '' })}
        onClose={close}
      />
      <KeyLimitsDialog apiKey={limiting} onClose={close} />
      <RevokeKeyDialog
        apiKey={revoking}
        revoke={(input) => client.apiKeys.revokeAny(input)}
        onClose={close}
      />
    </>
  );
}

function AddServiceForm({ onClose }: { onClose: () => void }) {
  const { client } = useTenantApi();
  const [name, setName] = useState('');
  const [role, setRole] = useState<TenantRole>('user');
  const add = useMutation({
    mutationFn: () => client.apiKeys.addService({ name, role }),
    onSuccess: onClose,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) add.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label="Name"
          required
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="Role"
          description="The most that its keys can do."
          allowDeselect={false}
          data={TenantRole.options.map((value) => ({ value, label: ROLE_WORDS[value] }))}
          value={role}
          onChange={(value) => setRole(TenantRole.parse(value))}
        />
        {add.isError && <ErrorNotice error={add.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!name.trim()} loading={add.isPending}>
            Add account
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
