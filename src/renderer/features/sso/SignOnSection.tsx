import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAddressBook, IconChevronDown, IconDots, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SsoProvider } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import {
  ConfirmByName,
  DataTable,
  EmptyState,
  ErrorNotice,
  format,
  problemOf,
  RelativeTime,
  Section,
  Status,
} from '../../ui';
import type { SsoKind } from './draft';
import { ProviderDialog } from './ProviderDialog';
import { ServiceDialog } from './ServiceDialog';
import classes from './sso.module.css';
import { KINDS } from './words';

/** The providers by which people sign in with the accounts of their organisation. */
export function SignOnSection() {
  const { query } = useTenantApi();
  const providers = useQuery(query.sso.list.queryOptions({ input: {} }));
  const [adding, setAdding] = useState<SsoKind | null>(null);
  const add = (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          rightSection={<IconChevronDown size={14} />}
        >
          Add provider
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(KINDS) as SsoKind[]).map((kind) => (
          <Menu.Item key={kind} onClick={() => setAdding(kind)}>
            {KINDS[kind]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
  if (providers.isError) {
    return (
      <Section title="Sign-on">
        <ErrorNotice
          error={providers.error}
          doing="The providers of sign-on could not be read."
          onRetry={providers.refetch}
        />
      </Section>
    );
  }
  return (
    <Section
      title="Sign-on"
      description="People sign in with the account of their organisation, and lose it here when they lose it there."
      padding="flush"
      actions={(providers.data?.length ?? 0) > 0 && add}
    >
      <DataTable
        label="Providers of sign-on"
        rows={providers.data}
        rowKey={({ id }) => id}
        skeletonRows={2}
        empty={
          <EmptyState icon={IconAddressBook} title="Everybody has a password of this console" actions={add}>
            Add the LDAP or Active Directory of the organisation, or its OpenID or SAML provider: people sign
            in over there, groups give them their role, and whoever is disabled there is out of here within 15
            minutes.
          </EmptyState>
        }
        columns={[
          { key: 'name', header: 'Name', render: ({ name }) => name },
          {
            key: 'kind',
            header: 'Kind',
            hideBelow: 'md',
            render: ({ settings }) => KINDS[settings.kind],
          },
          { key: 'state', header: 'State', render: (provider) => <State provider={provider} /> },
          {
            key: 'people',
            header: 'People',
            align: 'right',
            render: ({ people }) => format.count(people),
          },
          {
            key: 'checked',
            header: 'People checked',
            hideBelow: 'sm',
            render: ({ checkedAt }) => (checkedAt === null ? '–' : <RelativeTime at={checkedAt} />),
          },
          {
            key: 'act',
            header: 'Actions',
            headerHidden: true,
            align: 'right',
            render: (provider) => <Actions provider={provider} />,
          },
        ]}
      />
      <ProviderDialog
        key={adding ?? 'closed'}
        opened={adding !== null}
        subject={adding ?? 'ldap'}
        onClose={() => setAdding(null)}
      />
    </Section>
  );
}

function State({ provider: { state, problem } }: { provider: SsoProvider }) {
  if (state === 'disabled') return <Status tone="idle" label="Disabled" />;
  if (problem === null) return <Status tone="ok" label="Enabled" />;
  return (
    <>
      <Status tone="warn" label="Does not answer" />
      <div className={classes.problem}>{problem}</div>
    </>
  );
}

function useProvidersChanged() {
  const cache = useQueryClient();
  const { query } = useTenantApi();
  return () => cache.invalidateQueries({ queryKey: query.sso.key() });
}

function Actions({ provider }: { provider: SsoProvider }) {
  const { id, name, state, revision, people, settings } = provider;
  const { client } = useTenantApi();
  const changed = useProvidersChanged();
  const [dialogue, setDialogue] = useState<'edit' | 'remove' | 'service' | null>(null);
  const close = () => setDialogue(null);
  const show = (error: unknown) => {
    const { title, detail } = problemOf(error);
    notifications.show({ color: 'red', title, message: detail.reason ?? detail.next });
  };
  const switching = useMutation({
    mutationFn: () =>
      client.sso.setState({ id, revision, state: state === 'enabled' ? 'disabled' : 'enabled' }),
    onSuccess: changed,
    onError: show,
  });
  const recheck = useMutation({
    mutationFn: () => client.sso.recheck({ id }, { context: { timeoutMs: 120_000 } }),
    onSuccess: async ({ checked, changed: updated, disabled }) => {
      notifications.show({
        title: `${format.count(checked)} people checked`,
        message: `${format.count(updated)} changed, ${format.count(disabled)} disabled.`,
      });
      await changed();
    },
    onError: async (error) => {
      show(error);
      await changed();
    },
  });
  const removal = useMutation({
    mutationFn: () => client.sso.remove({ id, revision }),
    onSuccess: async () => {
      close();
      await changed();
    },
  });
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <Button
        size="compact-sm"
        variant="default"
        loading={switching.isPending}
        onClick={() => switching.mutate()}
      >
        {state === 'enabled' ? 'Disable' : 'Enable'}
      </Button>
      <Menu position="bottom-end" withArrow>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`More for ${name}`}
            loading={recheck.isPending}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setDialogue('edit')}>Edit and test</Menu.Item>
          {settings.kind !== 'saml' && (
            <Menu.Item disabled={state !== 'enabled'} onClick={() => recheck.mutate()}>
              Check people now
            </Menu.Item>
          )}
          {settings.kind === 'saml' && (
            <Menu.Item onClick={() => setDialogue('service')}>For the provider</Menu.Item>
          )}
          <Menu.Item color="red" onClick={() => setDialogue('remove')}>
            Remove
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ProviderDialog
        key={`${dialogue} ${revision}`}
        opened={dialogue === 'edit'}
        subject={provider}
        onClose={close}
      />
      <ServiceDialog opened={dialogue === 'service'} provider={provider} onClose={close} />
      <ConfirmByName
        opened={dialogue === 'remove'}
        onClose={close}
        title={`Remove ${name}?`}
        name={name}
        losses={[
          `the sign-on of ${format.count(people)} people: their accounts are disabled and their sessions end`,
          settings.kind !== 'saml'
            ? 'its settings, its groups and its secret'
            : 'its settings, its groups and the key made for it',
        ]}
        action="Remove sign-on"
        error={removal.error}
        onConfirm={() => removal.mutate()}
      />
    </Group>
  );
}
