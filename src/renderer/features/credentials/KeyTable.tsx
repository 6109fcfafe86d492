import { Button, Tooltip } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { type ApiKey, Permission } from '../../../contract';
import { PERMISSION_WORDS } from '../../app/frame/permissionWords';
import { type Column, DataTable, EmptyState, RelativeTime, Status, useNow } from '../../ui';

interface KeyTableProps {
  label: string;
  keys: readonly ApiKey[] | undefined;
  /** Whether whose they are is shown. */
  owners: boolean;
  onRevoke: (key: ApiKey) => void;
}

/** API keys with what each may do and when it was used last. */
export function KeyTable({ label, keys, owners, onRevoke }: KeyTableProps) {
  const now = useNow();
  const columns: Column<ApiKey>[] = [
    { key: 'name', header: 'Name', render: ({ name }) => name },
    { key: 'prefix', header: 'Key', hideBelow: 'sm', render: ({ prefix }) => <code>{prefix}…</code> },
    ...(owners
      ? [
          {
            key: 'owner',
            header: 'Owner',
            render: ({ owner }: ApiKey) => (
              <>
                {owner.name}
                {owner.kind === 'service' && <span className="muted"> (service)</span>}
              </>
            ),
          },
        ]
      : []),
    { key: 'scopes', header: 'Scopes', hideBelow: 'md', render: ({ scopes }) => <Scopes scopes={scopes} /> },
    {
      key: 'used',
      header: 'Last used',
      render: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <RelativeTime at={lastUsedAt} />),
    },
    {
      key: 'expires',
      header: 'Expires',
      hideBelow: 'sm',
      render: ({ expiresAt }) => <RelativeTime at={expiresAt} />,
    },
    { key: 'state', header: 'State', render: (key) => <KeyState apiKey={key} now={now} /> },
    {
      key: 'revoke',
      header: 'Revoke',
      headerHidden: true,
      align: 'right',
      render: (key) =>
        key.revokedAt === null && (
          <Button size="compact-xs" variant="default" onClick={() => onRevoke(key)}>
            Revoke
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      label={label}
      rows={keys}
      rowKey={({ id }) => id}
      columns={columns}
      skeletonRows={2}
      empty={
        <EmptyState icon={IconKey} title="No API keys">
          A key lets a program call this tenant with a part of its owner’s permissions.
        </EmptyState>
      }
    />
  );
}

/** A scope of a key that is older than the permissions of today is shown by its name. */
function wordsOf(scope: string): string {
  const known = Permission.safeParse(scope);
  return known.success ? PERMISSION_WORDS[known.data] : scope;
}

function Scopes({ scopes }: { scopes: readonly string[] }) {
  const [first = '', ...others] = scopes.map(wordsOf);
  if (others.length === 0) return first;
  return (
    <Tooltip label={[first, ...others].join(', ')}>
      <span>
        {first} and {others.length} more
      </span>
    </Tooltip>
  );
}

function KeyState({ apiKey, now }: { apiKey: ApiKey; now: number }) {
  if (apiKey.revokedAt !== null)
    return <Status tone="bad" label="Revoked" title={apiKey.revokeReason ?? undefined} />;
  if (apiKey.expiresAt <= now) return <Status tone="idle" label="Expired" />;
  return <Status tone="ok" label="Good" />;
}
