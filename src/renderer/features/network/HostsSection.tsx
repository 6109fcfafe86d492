import { ActionIcon, Button, Modal, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconPlus, IconServerOff, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { DeclaredHost, NetworkPolicy } from '../../../contract';
import { installation } from '../../app/api';
import { DataTable, EmptyState, problemOf, RelativeTime, Section } from '../../ui';
import { DeclareHostForm, PURPOSES } from './DeclareHostForm';
import { useShowPolicy } from './useNetworkPolicy';

/** The hosts that may be reached through the closed air gap, each with its purpose. */
export function HostsSection({ policy }: { policy: NetworkPolicy }) {
  const [opened, dialogue] = useDisclosure(false);
  const declare = (
    <Button variant="default" leftSection={<IconPlus size={16} />} onClick={dialogue.open}>
      Declare host
    </Button>
  );
  return (
    <Section
      title="Declared hosts"
      description="Reached for their purpose only, also while the air gap is closed."
      padding="flush"
      actions={policy.hosts.length > 0 && declare}
    >
      <DataTable
        label="Declared hosts"
        rows={policy.hosts}
        rowKey={(host) => `${host.host}:${host.port}`}
        empty={
          <EmptyState icon={IconServerOff} title="No host is declared" actions={declare}>
            This machine alone is reached. Declare an inference server, a directory or a mail server of the
            house to use it.
          </EmptyState>
        }
        columns={[
          {
            key: 'host',
            header: 'Host',
            render: (host) => (
              <span className="mono">
                {host.host}:{host.port}
              </span>
            ),
          },
          { key: 'purpose', header: 'Purpose', render: (host) => PURPOSES[host.purpose] },
          { key: 'note', header: 'Note', hideBelow: 'md', render: (host) => host.note || '–' },
          {
            key: 'declared',
            header: 'Declared',
            hideBelow: 'sm',
            render: (host) => <RelativeTime at={host.declaredAt} />,
          },
          {
            key: 'act',
            header: 'Actions',
            headerHidden: true,
            align: 'right',
            render: (host) => <Withdraw host={host} />,
          },
        ]}
      />
      <Modal opened={opened} onClose={dialogue.close} title="Declare a host" size={480}>
        <DeclareHostForm onClose={dialogue.close} />
      </Modal>
    </Section>
  );
}

function Withdraw({ host }: { host: DeclaredHost }) {
  const show = useShowPolicy();
  const withdraw = useMutation({
    mutationFn: () => installation.client.network.withdrawHost({ host: host.host, port: host.port }),
    onSuccess: show,
    onError: (error) => {
      const { title, detail } = problemOf(error);
      notifications.show({ color: 'red', title, message: detail.reason ?? detail.next });
    },
  });
  const words = `Withdraw ${host.host}:${host.port}`;
  return (
    <Tooltip label={words}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={words}
        loading={withdraw.isPending}
        onClick={() => withdraw.mutate()}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
