import { Button, Group, Progress, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AccessReview, ReviewRow, ReviewRowFilter } from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import { useGranted } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorNotice,
  format,
  More,
  RelativeTime,
  Section,
  Status,
} from '../../ui';
import { DecideDialog } from './DecideDialog';
import classes from './reviews.module.css';
import { SignDialog } from './SignDialog';
import { useReviewsChanged } from './useReviewsChanged';
import { DIFFERENCE_WORDS, decisionOf, stateOf } from './words';

const PAGE = 100;
const TYPING_MS = 250;

const FILTERS: readonly { value: ReviewRowFilter; label: string }[] = [
  { value: 'all', label: 'All accounts' },
  { value: 'undecided', label: 'Not decided yet' },
  { value: 'changes', label: 'Something is changed' },
  { value: 'changed-since', label: 'Changed since the review was opened' },
];

const COLUMNS: readonly Column<ReviewRow>[] = [
  {
    key: 'who',
    header: 'Account',
    render: ({ account, own }) => (
      <span className={classes.person}>
        {account.name} {own && <span className="muted">(you)</span>}
        {account.kind === 'service' && <span className="muted"> service</span>}
        {account.kind === 'person' && <small>{account.email}</small>}
        {account.keys.map(({ name, prefix, scopes, lastUsedAt }) => (
          <small key={prefix} title={scopes.join(', ')}>
            Key {name} (<span className="mono">{prefix}</span>), {format.plural(scopes.length, 'scope')},{' '}
            {lastUsedAt === null ? 'never used' : `used ${format.day(lastUsedAt)}`}
          </small>
        ))}
      </span>
    ),
  },
  {
    key: 'role',
    header: 'Had when it was opened',
    render: ({ account, changedSince }) => (
      <>
        {[ROLE_WORDS[account.role], ...account.customRoles.map(({ name }) => name)].join(', ')}
        {account.state !== 'active' && <span className="muted"> {account.state}</span>}
        {changedSince.length > 0 && (
          <span className={classes.since}>
            <Status
              tone="warn"
              label={`Changed since: ${changedSince.map((each) => DIFFERENCE_WORDS[each]).join(', ')}`}
            />
          </span>
        )}
      </>
    ),
  },
  {
    key: 'sign-on',
    header: 'Signs in by',
    hideBelow: 'lg',
    render: ({ account }) =>
      account.kind === 'service' ? 'keys only' : (account.signOn ?? 'password of this console'),
  },
  {
    key: 'last',
    header: 'Last sign-in',
    hideBelow: 'md',
    render: ({ account: { lastSignInAt } }) =>
      lastSignInAt === null ? <span className="muted">none known</span> : <RelativeTime at={lastSignInAt} />,
  },
  {
    key: 'factor',
    header: 'Second factor',
    hideBelow: 'lg',
    render: ({ account }) =>
      account.kind === 'service' ? (
        '–'
      ) : account.secondFactor ? (
        <Status tone="ok" label="Yes" />
      ) : (
        <Status tone="idle" label="No" />
      ),
  },
  {
    key: 'decision',
    header: 'Decision',
    render: ({ decision, customRoleNames, decidedBy, note }) => (
      <>
        <Status {...decisionOf(decision, customRoleNames)} />
        {decidedBy && (
          <span className={classes.note}>
            {decidedBy}
            {note && `: ${note}`}
          </span>
        )}
      </>
    ),
  },
];

/** The review that waits: every account with what it had, a decision for each, and the signature. */
export function OpenReview({ review }: { review: AccessReview }) {
  const mayManage = useGranted('access.manage');
  const [filter, setFilter] = useState<ReviewRowFilter>('all');
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, TYPING_MS);
  const [decided, setDecided] = useState<ReviewRow | null>(null);
  const [signing, setSigning] = useState(false);
  const list = useRows(review.id, filter, search);
  const rows = list.data?.pages.flatMap((page) => page.rows);
  if (list.isError && !rows) {
    return <ErrorNotice error={list.error} doing="The review could not be read." onRetry={list.refetch} />;
  }
  const joined = list.data?.pages[0]?.joinedSince ?? 0;
  const complete = review.decided === review.accounts;
  return (
    <Section
      title="Review that is open"
      unit={`due ${format.day(review.dueAt)}`}
      description={
        <>
          What everybody had {format.exactTime(review.openedAt)}. Nothing is changed before it is signed.
          {joined > 0 && ` ${format.plural(joined, 'account')} joined since and will be in the next review.`}
        </>
      }
      padding="flush"
      actions={
        <>
          <Status variant="badge" {...stateOf(review)} />
          {mayManage && (
            <Button
              disabled={!complete}
              title={complete ? undefined : 'Every account must be decided first'}
              onClick={() => setSigning(true)}
            >
              Sign
            </Button>
          )}
        </>
      }
    >
      <div className={classes.summary}>
        <span className="num">
          {format.count(review.decided)} of {format.plural(review.accounts, 'account')} decided
          {review.changes > 0 && `, ${format.plural(review.changes, 'change')} among them`}
        </span>
        <Progress
          mt={6}
          value={(review.decided / review.accounts) * 100}
          aria-label="Share of the accounts that are decided"
        />
      </div>
      <search className={classes.filters} aria-label="Filter of the review">
        <Select
          label="Show"
          w={280}
          allowDeselect={false}
          data={FILTERS}
          value={filter}
          onChange={(value) => setFilter(FILTERS.find((each) => each.value === value)?.value ?? 'all')}
        />
        <TextInput
          label="Name or e-mail"
          placeholder="Any part of it"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {mayManage && rows && <KeepShown review={review} rows={rows} />}
      </search>
      <DataTable
        label="Accounts of the review"
        rows={rows}
        rowKey={({ account }) => account.id}
        maxHeight={520}
        columns={[
          ...COLUMNS,
          {
            key: 'act',
            header: 'Actions',
            headerHidden: true,
            align: 'right',
            render: (row) => mayManage && <Act review={review} row={row} onDecide={() => setDecided(row)} />,
          },
        ]}
        empty={
          <EmptyState icon={IconSearch} title="No account matches">
            Ask for less: another part of the name, or all accounts.
          </EmptyState>
        }
      />
      <More list={list} />
      <DecideDialog review={review} row={decided} onClose={() => setDecided(null)} />
      <SignDialog review={review} opened={signing} onClose={() => setSigning(false)} />
    </Section>
  );
}

function useRows(id: string, filter: ReviewRowFilter, search: string) {
  const { query } = useTenantApi();
  return useInfiniteQuery({
    ...query.reviews.rows.infiniteOptions({
      input: (cursor: string | undefined) => ({ id, filter, search, limit: PAGE, cursor }),
      initialPageParam: undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
    placeholderData: keepPreviousData,
  });
}

function useKeep(review: AccessReview) {
  const { client } = useTenantApi();
  const changed = useReviewsChanged();
  return useMutation({
    mutationFn: (accounts: string[]) =>
      client.reviews.decide({ id: review.id, accounts, decision: { kind: 'keep' }, note: '' }),
    onSuccess: changed,
  });
}

function Act({ review, row, onDecide }: { review: AccessReview; row: ReviewRow; onDecide: () => void }) {
  const keep = useKeep(review);
  const { name, id } = row.account;
  if (row.locked) return <span className={classes.note}>{row.locked}</span>;
  return (
    <>
      <Group gap={6} wrap="nowrap" justify="flex-end">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Keep: ${name}`}
          loading={keep.isPending}
          onClick={() => keep.mutate([id])}
        >
          Keep
        </Button>
        {!row.own && (
          <Button size="compact-sm" variant="default" aria-label={`Change: ${name}`} onClick={onDecide}>
            Change
          </Button>
        )}
      </Group>
      {keep.isError && <ErrorNotice error={keep.error} />}
    </>
  );
}

/** Keeps what is on the screen and not decided: what somebody has looked at, and not what they have not seen. */
function KeepShown({ review, rows }: { review: AccessReview; rows: readonly ReviewRow[] }) {
  const keep = useKeep(review);
  const open = rows.filter(({ decision, locked, own }) => decision === null && locked === null && !own);
  const first = open.slice(0, 200).map(({ account }) => account.id);
  if (first.length === 0) return null;
  return (
    <>
      <Button variant="default" loading={keep.isPending} onClick={() => keep.mutate(first)}>
        Keep the {format.count(first.length)} shown that are not decided
      </Button>
      {keep.isError && <ErrorNotice error={keep.error} />}
    </>
  );
}
