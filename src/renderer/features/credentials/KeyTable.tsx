import { Button, Group, Tooltip } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { type ApiKey, Permission } from '../../../contract';
import { PERMISSION_WORDS } from '../../app/frame/permissionWords';
import { type Column, DataTable, EmptyState, RelativeTime, Status, useNow } from '../../ui';
import { limitWords } from '../limits';

interface KeyTableProps {
  label: string;
  keys: readonly ApiKey[] | undefined;
  /** Whether whose they are is shown. */
  owners: boolean;
  onRevoke: (key: ApiKey) => void;
  /** Changes its limits, where whoever looks may do that. */
  onLimit?: (key: ApiKey) => void;
}

/** API keys with what each may do and when it was used last. */
export function KeyTable({ label, keys, owners, onRevoke, onLimit }: KeyTableProps) {
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
      key: 'limits',
      header: 'Limits',
      hideBelow: 'lg',
      render: ({ limits }) => limitWords(limits) || <span className="muted">as usual</span>,
    },
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
      key: 'acts',
      header: 'Actions',
      headerHidden: true,
      align: 'right',
      render: (key) =>
        key.revokedAt === null && (
          <Group gap={6} justify="flex-end" wrap="nowrap">
            {onLimit && (
              <Button size="compact-xs" variant="default" onClick={() => onLimit(key)}>
                Limits
              </Button>
            )}
            <Button size="compact-xs" variant="default" onClick={() => onRevoke(key)}>
              Revoke
            </Button>
          </Group>
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
