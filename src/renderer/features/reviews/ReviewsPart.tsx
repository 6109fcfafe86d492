import { Button } from '@mantine/core';
import { IconClipboardCheck, IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { AccessReview } from '../../../contract';
import { useGranted } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorNotice,
  format,
  RelativeTime,
  Section,
  Status,
} from '../../ui';
import { saveStatement } from '../keys';
import { OpenReview } from './OpenReview';
import { PolicySection } from './PolicySection';
import classes from './reviews.module.css';
import { useReviewsChanged } from './useReviewsChanged';
import { stateOf } from './words';

const REFRESH_MS = 30_000;

const COLUMNS: readonly Column<AccessReview>[] = [
  { key: 'state', header: 'State', render: (review) => <Status {...stateOf(review)} /> },
  { key: 'opened', header: 'Opened', render: ({ openedAt }) => <RelativeTime at={openedAt} /> },
  {
    key: 'by',
    header: 'Opened by',
    hideBelow: 'lg',
    render: ({ openedBy }) => openedBy ?? 'the console, on time',
  },
  { key: 'due', header: 'Due', hideBelow: 'md', render: ({ dueAt }) => format.day(dueAt) },
  {
    key: 'accounts',
    header: 'Accounts',
    align: 'right',
    render: ({ accounts }) => format.count(accounts),
  },
  {
    key: 'changes',
    header: 'Changes',
    align: 'right',
    hideBelow: 'sm',
    render: ({ changes }) => format.count(changes),
  },
  {
    key: 'signed',
    header: 'Signed',
    hideBelow: 'sm',
    render: ({ signedAt, signedBy }) =>
      signedAt === null ? (
        '–'
      ) : (
        <>
          <RelativeTime at={signedAt} /> by {signedBy}
        </>
      ),
  },
  {
    key: 'save',
    header: 'Record',
    headerHidden: true,
    align: 'right',
    render: (review) => review.state === 'signed' && <SaveRecord review={review} />,
  },
];

/** Who still needs what they have: the review that is open, those that were signed, and how often there is one. */
export function ReviewsPart() {
  const { query } = useTenantApi();
  const reviews = useQuery(query.reviews.list.queryOptions({ input: {}, refetchInterval: REFRESH_MS }));
  const open = reviews.data?.find(({ state }) => state === 'open');
  if (reviews.isError && !reviews.data) {
    return (
      <ErrorNotice error={reviews.error} doing="The reviews could not be read." onRetry={reviews.refetch} />
    );
  }
  return (
    <div className={classes.page}>
      {open && <OpenReview key={open.id} review={open} />}
      <Section
        title="Access reviews"
        description="Each quarter somebody looks at every account, decides, and signs. riscura verify checks a record with the public key alone."
        padding="flush"
        actions={reviews.data && reviews.data.length > 0 && !open && <OpenNow />}
      >
        <DataTable
          label="Access reviews"
          columns={COLUMNS}
          rows={reviews.data}
          rowKey={({ id }) => id}
          maxHeight={320}
          empty={
            <EmptyState icon={IconClipboardCheck} title="No review yet" actions={<OpenNow />}>
              The console opens the first one when the interval below has passed. One can be opened at any
              time.
            </EmptyState>
          }
        />
      </Section>
      <PolicySection />
    </div>
  );
}

function OpenNow() {
  const { client } = useTenantApi();
  const changed = useReviewsChanged();
  const mayManage = useGranted('access.manage');
  const opening = useMutation({ mutationFn: () => client.reviews.open({}), onSuccess: changed });
  if (!mayManage) return null;
  return (
    <>
      <Button variant="default" loading={opening.isPending} onClick={() => opening.mutate()}>
        Open a review now
      </Button>
      {opening.isError && <ErrorNotice error={opening.error} />}
    </>
  );
}

function SaveRecord({ review }: { review: AccessReview }) {
  const { client } = useTenantApi();
  const saving = useMutation({
    mutationFn: () => client.reviews.statement({ id: review.id }),
    onSuccess: saveStatement,
  });
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconDownload size={14} />}
        aria-label={`Save record of ${format.day(review.openedAt)}`}
        loading={saving.isPending}
        onClick={() => saving.mutate()}
      >
        Save record
      </Button>
      {saving.isError && <ErrorNotice error={saving.error} />}
    </>
  );
}
