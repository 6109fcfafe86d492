import { Button } from '@mantine/core';
import type { SessionSummary } from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import { type Column, DataTable, RelativeTime, Status } from '../../ui';

interface SessionTableProps {
  label: string;
  sessions: readonly SessionSummary[] | undefined;
  /** Whether whose they are is shown. */
  people: boolean;
  action: string;
  onEnd: (session: SessionSummary) => void;
}

/** Sessions that are alive, each with a button that ends it. */
export function SessionTable({ label, sessions, people, action, onEnd }: SessionTableProps) {
  const columns: Column<SessionSummary>[] = [
    ...(people
      ? [
          {
            key: 'person',
            header: 'Person',
            render: ({ person, personId }: SessionSummary) => person?.name ?? personId,
          },
          {
            key: 'role',
            header: 'Role',
            hideBelow: 'md' as const,
            render: ({ role }: SessionSummary) => ROLE_WORDS[role],
          },
        ]
      : []),
    { key: 'source', header: 'Where', render: ({ source }) => wordsOf(source) },
    {
      key: 'began',
      header: 'Began',
      hideBelow: 'sm',
      render: ({ createdAt }) => <RelativeTime at={createdAt} />,
    },
    { key: 'used', header: 'Last used', render: ({ lastUsedAt }) => <RelativeTime at={lastUsedAt} /> },
    {
      key: 'state',
      header: 'State',
      hideBelow: 'sm',
      render: ({ complete, current }) => (
        <Status
          tone={complete ? 'ok' : 'warn'}
          label={current ? 'This window' : complete ? 'Signed in' : 'Sign-in not finished'}
        />
      ),
    },
    {
      key: 'end',
      header: 'End',
      headerHidden: true,
      align: 'right',
      render: (session) =>
        session.current ? null : (
          <Button size="compact-xs" variant="default" onClick={() => onEnd(session)}>
            {action}
          </Button>
        ),
    },
  ];
  return (
    <DataTable label={label} rows={sessions} rowKey={({ id }) => id} columns={columns} skeletonRows={2} />
  );
}

function wordsOf(source: string | null): string {
  const window = source?.match(/^window:(.+)$/)?.[1];
  return window ? `Window ${window.slice(0, 8)} of this console` : (source ?? 'unknown');
}
