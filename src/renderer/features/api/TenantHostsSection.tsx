import { ActionIcon, Button, Modal, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconTrash, IconWorld } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TenantHost } from '../../../contract';
import { installation } from '../../app/api';
import { DataTable, EmptyState, ErrorNotice, problemOf, Section, SkeletonPanel, saveFile } from '../../ui';
import { ValidUntil } from '../listeners';
import { TenantHostForm } from './TenantHostForm';

/** The host names under which single tenants are reached, each with a certificate of its own. */
export function TenantHostsSection() {
  const [opened, dialogue] = useDisclosure(false);
  const hosts = useQuery(installation.query.tenantHosts.list.queryOptions({ input: {} }));
  return (
    <Section
      title="Host names of tenants"
      description="Under such a name there is one tenant and nothing of another or of the installation, in the web console as in the REST API. A name server must lead it to this machine."
      padding="flush"
      actions={
        <Button variant="default" onClick={dialogue.open}>
          Add host name…
        </Button>
      }
    >
      {hosts.isError && <ErrorNotice error={hosts.error} onRetry={() => void hosts.refetch()} />}
      {hosts.isPending && <SkeletonPanel lines={3} />}
      {hosts.data?.length === 0 && (
        <EmptyState icon={IconWorld} title="No tenant has a host name of its own">
          All are reached under the name of the console.
        </EmptyState>
      )}
      {hosts.data && hosts.data.length > 0 && (
        <DataTable
          label="Host names of tenants"
          rows={hosts.data}
          rowKey={({ name }) => name}
          columns={[
            { key: 'name', header: 'Host name', render: ({ name }) => <span className="mono">{name}</span> },
            {
              key: 'tenant',
              header: 'Tenant',
              render: ({ tenant }) => tenant.name ?? <span className="muted">Deleted</span>,
            },
            {
              key: 'kind',
              header: 'Certificate',
              hideBelow: 'md',
              render: ({ certificate }) => (certificate.kind === 'own' ? 'Your own' : 'Made by this console'),
            },
            {
              key: 'end',
              header: 'Valid until',
              render: ({ certificate }) => <ValidUntil at={certificate.validTo} />,
            },
            { key: 'actions', header: '', align: 'right', render: (host) => <Actions host={host} /> },
          ]}
        />
      )}
      <Modal opened={opened} onClose={dialogue.close} title="Host name of a tenant" size={560}>
        <TenantHostForm onClose={dialogue.close} />
      </Modal>
    </Section>
  );
}

function Actions({ host }: { host: TenantHost }) {
  const cache = useQueryClient();
  const removing = useMutation({
    mutationFn: () => installation.client.tenantHosts.remove({ name: host.name }),
    onSuccess: () => cache.invalidateQueries({ queryKey: installation.query.tenantHosts.key() }),
    onError: (error) => {
      const { title, detail } = problemOf(error);
      notifications.show({ color: 'red', title, message: detail.reason ?? detail.next });
    },
  });
  return (
    <ActionIcon.Group style={{ justifyContent: 'flex-end' }}>
      <Tooltip label={`Save the certificate of ${host.name}`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Save the certificate of ${host.name}`}
          onClick={() => saveFile(`${host.name}.pem`, 'application/x-pem-file', [host.certificate.pem])}
        >
          <IconDownload size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`Take ${host.name} away`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Take ${host.name} away`}
          loading={removing.isPending}
          onClick={() => removing.mutate()}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </Tooltip>
    </ActionIcon.Group>
  );
}
