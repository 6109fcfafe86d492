import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ACCESS_TOKEN_MINUTES, TOKEN_KEY_DAYS, type TokenKey } from '../../../contract';
import { installation } from '../../app/api';
import { useGranted } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import {
  type Column,
  DataTable,
  ErrorNotice,
  Identifier,
  RelativeTime,
  Section,
  SkeletonPanel,
  Status,
  type StatusTone,
} from '../../ui';

const STATES: Readonly<Record<TokenKey['state'], { tone: StatusTone; label: string }>> = {
  next: { tone: 'idle', label: 'Announced, signs next' },
  current: { tone: 'ok', label: 'Signs' },
  previous: { tone: 'idle', label: 'Still verifies' },
};

const COLUMNS: readonly Column<TokenKey>[] = [
  { key: 'kid', header: 'Key id', render: ({ kid }) => <Identifier value={kid} label="id of the key" /> },
  { key: 'state', header: 'State', render: ({ state }) => <Status {...STATES[state]} /> },
  { key: 'made', header: 'Made', render: ({ createdAt }) => <RelativeTime at={createdAt} /> },
  {
    key: 'since',
    header: 'Signs since',
    hideBelow: 'sm',
    render: ({ since }) => (since === null ? '–' : <RelativeTime at={since} />),
  },
];

interface TokenKeysSectionProps {
  readonly keys: readonly TokenKey[] | undefined;
  readonly error: Error | null;
  readonly onRetry: () => unknown;
  readonly roll: () => Promise<unknown>;
}

/** The keys of the tokens of a tenant's members. */
export function TenantTokenKeys() {
  const { client, query } = useTenantApi();
  const keys = useQuery(query.keys.tokenKeys.queryOptions({ input: {} }));
  const roll = () => client.keys.rollTokenKey({});
  return <TokenKeysSection keys={keys.data} error={keys.error} onRetry={keys.refetch} roll={roll} />;
}

/** The keys of the tokens of operators. */
export function OperatorTokenKeys() {
  const { client, query } = installation;
  const keys = useQuery(query.keys.tokenKeys.queryOptions({ input: {} }));
  const roll = () => client.keys.rollTokenKey({});
  return <TokenKeysSection keys={keys.data} error={keys.error} onRetry={keys.refetch} roll={roll} />;
}

function TokenKeysSection({ keys, error, onRetry, roll }: TokenKeysSectionProps) {
  const mayRoll = useGranted('keys.manage');
  const rolling = useMutation({ mutationFn: roll, onSuccess: onRetry });
  return (
    <Section
      title="Token keys"
      description={`They sign the tokens of sessions, which are good for ${ACCESS_TOKEN_MINUTES} minutes and are then renewed by a secret that works once. A key is rolled after ${TOKEN_KEY_DAYS} days; nobody is signed out by it.`}
      padding="flush"
      actions={
        mayRoll && (
          <Button
            variant="default"
            disabled={!keys}
            loading={rolling.isPending}
            onClick={() => rolling.mutate()}
          >
            Roll now
          </Button>
        )
      }
    >
      {rolling.isError && <ErrorNotice error={rolling.error} doing="The key was not rolled." />}
      {keys ? (
        <DataTable
          label="Token keys"
          columns={COLUMNS}
          rows={keys}
          rowKey={({ kid }) => kid}
          maxHeight={240}
        />
      ) : error ? (
        <ErrorNotice error={error} doing="The token keys could not be read." onRetry={onRetry} />
      ) : (
        <SkeletonPanel lines={3} />
      )}
    </Section>
  );
}
