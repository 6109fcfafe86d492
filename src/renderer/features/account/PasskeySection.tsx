import { Button, Group, Text } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PasskeyFacts } from '../../../contract';
import { FACTOR_WORDS } from '../../app/frame/factorWords';
import { type Column, DataTable, EmptyState, ErrorNotice, RelativeTime, Section } from '../../ui';
import { CAN_USE_KEYS } from '../passkeys';
import { useAccountApi } from './accountApi';
import { NewKeyDialog } from './NewKeyDialog';
import { isKey, type OwnKey } from './ownKey';
import { RenameKeyDialog } from './RenameKeyDialog';

/** One's own passkeys and security keys: add, rename, remove. */
export function PasskeySection() {
  const account = useAccountApi();
  const factors = useQuery(account.query.secondFactors.queryOptions({ input: {} }));
  const [adding, setAdding] = useState(false);
  const [renaming, setRenaming] = useState<OwnKey | null>(null);
  const remove = useMutation({
    mutationFn: ({ id }: OwnKey) => account.client.removePasskey({ id }),
    onSuccess: () => void factors.refetch(),
  });
  const close = () => {
    setAdding(false);
    setRenaming(null);
    void factors.refetch();
  };
  const canAdd = CAN_USE_KEYS && factors.data !== undefined && factors.data.passkeys.host !== null;
  const columns: Column<OwnKey>[] = [
    { key: 'name', header: 'Name', render: ({ passkey }) => passkey.name },
    { key: 'kind', header: 'Kind', hideBelow: 'sm', render: ({ kind }) => FACTOR_WORDS[kind] },
    { key: 'host', header: 'For', hideBelow: 'md', render: ({ passkey }) => passkey.host },
    {
      key: 'copies',
      header: 'Copies',
      hideBelow: 'md',
      render: ({ passkey }) => copiesOf(passkey),
    },
    {
      key: 'used',
      header: 'Last used',
      render: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <RelativeTime at={lastUsedAt} />),
    },
    {
      key: 'acts',
      header: 'Actions',
      headerHidden: true,
      align: 'right',
      render: (key) => (
        <Group gap={6} justify="flex-end" wrap="nowrap">
          <Button size="compact-xs" variant="default" onClick={() => setRenaming(key)}>
            Rename
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            loading={remove.isPending && remove.variables.id === key.id}
            onClick={() => remove.mutate(key)}
          >
            Remove
          </Button>
        </Group>
      ),
    },
  ];
  return (
    <Section
      title="Passkeys and security keys"
      description="A passkey signs you in by itself; a security key is asked for after your password. No page but this console’s can use them."
      padding="flush"
      actions={
        canAdd && (
          <Button variant="default" onClick={() => setAdding(true)}>
            Add
          </Button>
        )
      }
    >
      {factors.isError && <ErrorNotice error={factors.error} onRetry={() => void factors.refetch()} />}
      {remove.isError && <ErrorNotice error={remove.error} />}
      {factors.data && !canAdd && (
        <Text size="sm" c="dimmed" px="md" py="sm">
          Keys are added and used in the web console, in a browser under its host name, and not in this
          window.
        </Text>
      )}
      {(canAdd || (factors.data?.factors ?? []).some(isKey)) && (
        <DataTable
          label="Passkeys and security keys"
          rows={factors.data?.factors.filter(isKey)}
          rowKey={({ id }) => id}
          columns={columns}
          skeletonRows={2}
          empty={
            <EmptyState icon={IconFingerprint} title="None yet">
              A stolen password opens nothing where a key is asked for, and a copied page cannot ask for it.
            </EmptyState>
          }
        />
      )}
      <NewKeyDialog
        opened={adding}
        account={account}
        alone={factors.data?.passkeys.alone ?? false}
        onDone={close}
      />
      <RenameKeyDialog ownKey={renaming} account={account} onClose={close} />
    </Section>
  );
}

function copiesOf({ canBeCopied, backedUp }: PasskeyFacts): string {
  if (!canBeCopied) return 'Only on its device';
  return backedUp ? 'Synchronised' : 'Can be synchronised';
}
