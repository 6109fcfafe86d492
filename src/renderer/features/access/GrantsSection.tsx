import { Button, Group, Modal, NumberInput, Stack, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconEyeOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BreakGlassGrant } from '../../../contract';
import { useGranted } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import { DataTable, EmptyState, ErrorNotice, format, RelativeTime, Section, Status } from '../../ui';
import classes from './access.module.css';
import { useAccessChanged } from './useAccessChanged';

const REFRESH_MS = 15_000;

/** Every grant under which an operator could read conversations. @param onRead opens one for reading */
export function GrantsSection({ onRead }: { onRead: (grant: BreakGlassGrant) => void }) {
  const { query } = useTenantApi();
  const mayUse = useGranted('break-glass.use');
  const [taking, dialogue] = useDisclosure(false);
  const grants = useQuery(query.breakGlass.list.queryOptions({ input: {}, refetchInterval: REFRESH_MS }));
  if (grants.isError && !grants.data) {
    return (
      <ErrorNotice error={grants.error} doing="The grants could not be read." onRetry={grants.refetch} />
    );
  }
  const take = mayUse && (
    <Button variant="default" onClick={dialogue.open}>
      Take a grant
    </Button>
  );
  return (
    <Section
      title="Break-glass grants"
      description="An operator reads conversations only under one of these. Everybody in the tenant sees it while it is in force."
      padding="flush"
      actions={grants.data && grants.data.length > 0 && take}
    >
      <DataTable
        label="Break-glass grants"
        rows={grants.data}
        rowKey={({ id }) => id}
        maxHeight={360}
        empty={
          <EmptyState icon={IconEyeOff} title="Nobody has broken the glass" actions={take}>
            No operator has ever been able to read a conversation of this tenant.
          </EmptyState>
        }
        columns={[
          {
            key: 'state',
            header: 'State',
            render: ({ active, endedAt }) =>
              active ? (
                <Status tone="warn" label="In force" />
              ) : (
                <Status tone="idle" label={endedAt === null ? 'Over' : 'Ended'} />
              ),
          },
          { key: 'who', header: 'Operator', render: ({ operator }) => operator.name },
          {
            key: 'reason',
            header: 'Reason',
            hideBelow: 'sm',
            render: ({ reason }) => <span className={classes.reason}>{reason}</span>,
          },
          {
            key: 'begun',
            header: 'Begun',
            hideBelow: 'sm',
            render: ({ begunAt }) => <RelativeTime at={begunAt} />,
          },
          {
            key: 'until',
            header: 'Until',
            hideBelow: 'md',
            render: ({ endedAt, expiresAt }) => <RelativeTime at={endedAt ?? expiresAt} />,
          },
          { key: 'views', header: 'Looks', align: 'right', render: ({ views }) => format.count(views) },
          {
            key: 'act',
            header: 'Actions',
            headerHidden: true,
            align: 'right',
            render: (grant) =>
              grant.active && (
                <Group gap={6} wrap="nowrap" justify="flex-end">
                  {mayUse && (
                    <Button size="compact-sm" variant="default" onClick={() => onRead(grant)}>
                      Use
                    </Button>
                  )}
                  <EndGrant grant={grant} />
                </Group>
              ),
          },
        ]}
      />
      <Modal opened={taking} onClose={dialogue.close} title="Take a break-glass grant" size={480}>
        <GrantForm onClose={dialogue.close} />
      </Modal>
    </Section>
  );
}

function EndGrant({ grant }: { grant: BreakGlassGrant }) {
  const { client } = useTenantApi();
  const changed = useAccessChanged();
  const ending = useMutation({
    mutationFn: () => client.breakGlass.end({ id: grant.id }),
    onSuccess: changed,
  });
  return (
    <Button
      size="compact-sm"
      color="red"
      variant="light"
      aria-label={`End now: the grant of ${grant.operator.name}`}
      loading={ending.isPending}
      onClick={() => ending.mutate()}
    >
      End now
    </Button>
  );
}

function GrantForm({ onClose }: { onClose: () => void }) {
  const { client } = useTenantApi();
  const changed = useAccessChanged();
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState(30);
  const begin = useMutation({
    mutationFn: () => client.breakGlass.begin({ reason, minutes }),
    onSuccess: async () => {
      onClose();
      await changed();
    },
  });
  return (
    <Stack gap="md">
      <Textarea
        data-autofocus
        label="Reason"
        description="The tenant reads it: a case number, and why nothing less will do. At least 10 characters."
        maxLength={500}
        autosize
        minRows={3}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <NumberInput
        label="Minutes"
        w={160}
        min={5}
        max={240}
        allowDecimal={false}
        value={minutes}
        onChange={(value) => setMinutes(Number(value))}
      />
      {begin.isError && <ErrorNotice error={begin.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          color="red"
          disabled={reason.trim().length < 10}
          loading={begin.isPending}
          onClick={() => begin.mutate()}
        >
          Break the glass
        </Button>
      </Group>
    </Stack>
  );
}
