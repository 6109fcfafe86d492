import { Button, Group, Modal, Select, Stack, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUserCheck } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApprovalAct, ApprovalRequest } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { type Column, DataTable, EmptyState, ErrorNotice, RelativeTime, Section, Status } from '../../ui';
import classes from './access.module.css';
import { useAccessChanged } from './useAccessChanged';
import { ACT_WORDS, APPROVAL_STATES } from './words';

const REFRESH_MS = 15_000;

const COLUMNS: readonly Column<ApprovalRequest>[] = [
  { key: 'act', header: 'What', render: ({ act }) => ACT_WORDS[act] },
  { key: 'state', header: 'Word', render: ({ state }) => <Status {...APPROVAL_STATES[state]} /> },
  { key: 'who', header: 'Asked by', render: ({ requestedBy }) => requestedBy.name },
  {
    key: 'reason',
    header: 'Reason',
    hideBelow: 'sm',
    render: ({ reason }) => <span className={classes.reason}>{reason}</span>,
  },
  {
    key: 'when',
    header: 'Asked',
    hideBelow: 'md',
    render: ({ requestedAt }) => <RelativeTime at={requestedAt} />,
  },
  {
    key: 'decided',
    header: 'Decided by',
    hideBelow: 'md',
    render: ({ decidedBy }) => decidedBy?.name ?? '–',
  },
  {
    key: 'act-on',
    header: 'Actions',
    headerHidden: true,
    align: 'right',
    render: (request) => request.mine && <Decide request={request} />,
  },
];

/** Who asked for the word of somebody else, and what became of it. */
export function RequestsSection() {
  const { query } = useTenantApi();
  const [asking, dialogue] = useDisclosure(false);
  const list = useQuery(query.approvals.list.queryOptions({ input: {}, refetchInterval: REFRESH_MS }));
  const policy = useQuery(query.approvals.policy.queryOptions({ input: {} }));
  const acts = policy.data?.acts ?? [];
  if (list.isError && !list.data) {
    return <ErrorNotice error={list.error} doing="The requests could not be read." onRetry={list.refetch} />;
  }
  return (
    <Section
      title="Requests"
      padding="flush"
      actions={
        acts.length > 0 && (
          <Button variant="default" onClick={dialogue.open}>
            Ask for somebody’s word
          </Button>
        )
      }
    >
      <DataTable
        label="Requests for the word of a second person"
        columns={COLUMNS}
        rows={list.data}
        rowKey={({ id }) => id}
        maxHeight={360}
        empty={
          <EmptyState icon={IconUserCheck} title="Nobody has asked yet">
            Who wants to do what takes two persons asks here, with a reason.
          </EmptyState>
        }
      />
      <Modal opened={asking} onClose={dialogue.close} title="Ask for somebody’s word" size={480}>
        <AskForm acts={acts} onClose={dialogue.close} />
      </Modal>
    </Section>
  );
}

function AskForm({ acts, onClose }: { acts: readonly ApprovalAct[]; onClose: () => void }) {
  const { client } = useTenantApi();
  const changed = useAccessChanged();
  const [act, setAct] = useState<ApprovalAct | undefined>(acts[0]);
  const [reason, setReason] = useState('');
  const asking = useMutation({
    mutationFn: (wanted: ApprovalAct) => client.approvals.request({ act: wanted, reason }),
    onSuccess: async () => {
      onClose();
      await changed();
    },
  });
  return (
    <Stack gap="md">
      <Select
        label="What"
        allowDeselect={false}
        data={acts.map((value) => ({ value, label: ACT_WORDS[value] }))}
        value={act}
        onChange={(value) => setAct(acts.find((each) => each === value))}
      />
      <Textarea
        data-autofocus
        label="Reason"
        description="Whoever decides reads it, and it stays."
        maxLength={500}
        autosize
        minRows={3}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {asking.isError && <ErrorNotice error={asking.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={reason.trim() === '' || !act}
          loading={asking.isPending}
          onClick={() => act && asking.mutate(act)}
        >
          Ask
        </Button>
      </Group>
    </Stack>
  );
}

function Decide({ request }: { request: ApprovalRequest }) {
  const { client } = useTenantApi();
  const changed = useAccessChanged();
  const decision = useMutation({
    mutationFn: (approve: boolean) => client.approvals.decide({ id: request.id, approve }),
    onSuccess: changed,
  });
  const what = ACT_WORDS[request.act];
  return (
    <Stack gap={4} align="flex-end">
      <Group gap={6} wrap="nowrap" justify="flex-end">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Refuse: ${what}`}
          disabled={decision.isPending}
          onClick={() => decision.mutate(false)}
        >
          Refuse
        </Button>
        <Button
          size="compact-sm"
          aria-label={`Give word: ${what}`}
          loading={decision.isPending}
          onClick={() => decision.mutate(true)}
        >
          Give word
        </Button>
      </Group>
      {decision.isError && <ErrorNotice error={decision.error} />}
    </Stack>
  );
}
