import { Button, Checkbox, Group, Modal, Stack } from '@mantine/core';
import { IconUserShield } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Administrator, BreakGlassGrant, IssuedInvitation } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { DataTable, EmptyState, ErrorNotice, RelativeTime, Section, Status } from '../../ui';
import { InvitationSheet } from '../people';
import { useAccessChanged } from './useAccessChanged';

const STATES = {
  active: { tone: 'ok', label: 'Active' },
  invited: { tone: 'idle', label: 'Invited' },
  disabled: { tone: 'bad', label: 'Disabled' },
} as const;

/** The administrators of the tenant, for an operator with a grant who helps one that cannot get in. */
export function RecoverAdministrator({ grant }: { grant: BreakGlassGrant }) {
  const { query } = useTenantApi();
  const [asked, setAsked] = useState<Administrator | null>(null);
  const [issued, setIssued] = useState<IssuedInvitation | null>(null);
  const list = useQuery(
    query.breakGlass.administrators.queryOptions({
      input: { grant: grant.id },
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
    }),
  );
  if (list.isError && !list.data) {
    return <ErrorNotice error={list.error} doing="The administrators could not be read." />;
  }
  return (
    <Section
      title="Administrators"
      description="For one who cannot get in, where no other administrator can help. The tenant reads it in its audit trail."
      padding="flush"
    >
      <DataTable
        label="Administrators of the tenant"
        rows={list.data}
        rowKey={({ id }) => id}
        maxHeight={320}
        empty={<EmptyState icon={IconUserShield} title="Nobody administers the tenant" />}
        columns={[
          { key: 'name', header: 'Name', render: ({ name }) => name },
          { key: 'email', header: 'E-mail', hideBelow: 'sm', render: ({ email }) => email },
          { key: 'state', header: 'State', render: ({ state }) => <Status {...STATES[state]} /> },
          {
            key: 'last',
            header: 'Last sign-in',
            hideBelow: 'md',
            render: ({ lastSignInAt }) =>
              lastSignInAt === null ? 'Never' : <RelativeTime at={lastSignInAt} />,
          },
          {
            key: 'act',
            header: 'Actions',
            headerHidden: true,
            align: 'right',
            render: (administrator) => <Act administrator={administrator} onAsk={setAsked} />,
          },
        ]}
      />
      <Modal
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={`Code for ${asked?.name ?? ''}`}
        size={480}
      >
        {asked && (
          <RecoveryForm
            grant={grant.id}
            administrator={asked}
            onClose={() => setAsked(null)}
            onIssued={(next) => {
              setAsked(null);
              setIssued(next);
            }}
          />
        )}
      </Modal>
      <Modal
        opened={issued !== null}
        onClose={() => setIssued(null)}
        title={`Code of ${issued?.person.name ?? ''}`}
        size={520}
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
      >
        {issued && <InvitationSheet issued={issued} onDone={() => setIssued(null)} />}
      </Modal>
    </Section>
  );
}

function Act({
  administrator,
  onAsk,
}: {
  administrator: Administrator;
  onAsk: (asked: Administrator) => void;
}) {
  const { name, origin, state } = administrator;
  if (origin.kind === 'directory') return `Signs in through ${origin.name}`;
  if (state === 'disabled') return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`Give a code to ${name}`}
      onClick={() => onAsk(administrator)}
    >
      Give a code
    </Button>
  );
}

interface RecoveryFormProps {
  grant: string;
  administrator: Administrator;
  onIssued: (issued: IssuedInvitation) => void;
  onClose: () => void;
}

function RecoveryForm({ grant, administrator, onIssued, onClose }: RecoveryFormProps) {
  const { client } = useTenantApi();
  const changed = useAccessChanged();
  const [resetSecondFactor, setReset] = useState(false);
  const { id, name, hasSecondFactor, state } = administrator;
  const recovery = useMutation({
    mutationFn: () => client.breakGlass.recoverAdministrator({ grant, id, resetSecondFactor }),
    onSuccess: async (issued) => {
      onIssued(issued);
      await changed();
    },
  });
  return (
    <Stack gap="md">
      <div>
        {state === 'active' && 'The password opens nothing from now on and all sessions end. '}
        You get a code to hand over, with which {name} sets a new password. Make sure by another way that it
        is they who ask.
      </div>
      {hasSecondFactor && (
        <Checkbox
          label="Take away the second factor too"
          description="For somebody who has lost the app and the recovery codes."
          checked={resetSecondFactor}
          onChange={(event) => setReset(event.currentTarget.checked)}
        />
      )}
      {recovery.isError && <ErrorNotice error={recovery.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button color="red" loading={recovery.isPending} onClick={() => recovery.mutate()}>
          Give a code
        </Button>
      </Group>
    </Stack>
  );
}
