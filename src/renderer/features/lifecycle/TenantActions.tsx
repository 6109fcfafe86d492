import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../../contract';
import { installation } from '../../app/api';
import { problemOf } from '../../ui';
import { DeleteTenant } from './DeleteTenant';
import { SuspendTenant } from './SuspendTenant';
import { useTenantChanged } from './useTenantChanged';

/** Resumes a tenant and says so. */
export function useResume() {
  const changed = useTenantChanged();
  return useMutation({
    mutationFn: (tenant: Tenant) => installation.client.tenants.resume({ id: tenant.id }),
    onSuccess: async (tenant) => {
      notifications.show({ title: `${tenant.name} is active again`, message: 'Its members can sign in.' });
      await changed(tenant);
    },
    onError: (error) => {
      const { title, detail } = problemOf(error);
      notifications.show({ color: 'red', title, message: detail.reason ?? detail.next });
    },
  });
}

/** What an operator can do with a tenant: suspend, resume, delete. */
export function TenantActions({ tenant }: { tenant: Tenant }) {
  const [asking, setAsking] = useState<'suspend' | 'delete' | null>(null);
  const resume = useResume();
  const close = () => setAsking(null);
  return (
    <>
      <Menu position="bottom-end" width={208} shadow="md" transitionProps={{ duration: 100 }}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconDots size={16} />} loading={resume.isPending}>
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {tenant.state === 'suspended' ? (
            <Menu.Item
              leftSection={<IconPlayerPlay aria-hidden size={16} />}
              onClick={() => resume.mutate(tenant)}
            >
              Resume tenant
            </Menu.Item>
          ) : (
            <Menu.Item
              leftSection={<IconPlayerPause aria-hidden size={16} />}
              disabled={tenant.state !== 'active'}
              onClick={() => setAsking('suspend')}
            >
              Suspend tenant…
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item
            color="var(--rc-bad)"
            leftSection={<IconTrash aria-hidden size={16} />}
            disabled={tenant.state === 'provisioning' || tenant.state === 'deleting'}
            onClick={() => setAsking('delete')}
          >
            Delete tenant…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <SuspendTenant tenant={tenant} opened={asking === 'suspend'} onClose={close} />
      <DeleteTenant tenant={tenant} opened={asking === 'delete'} onClose={close} />
    </>
  );
}
