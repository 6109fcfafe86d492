import {
  type AccessReview,
  ConsoleError,
  ReviewDecision,
  type ReviewDifference,
  ReviewedAccount,
} from '../../../contract';
import { bulkInsert, type Rows } from '../../mechanism/store';
import type { SqlRow } from '../../ports';
import type { RuntimeContext } from '../context';
import { differencesOf, type PresentAccount, readAccounts } from './accounts';

export const SYSTEM = 'system:reviews';

const REVIEWS = bulkInsert('access_reviews', ['id', 'opened_at', 'opened_by', 'due_at', 'revision']);
const ROWS = bulkInsert('access_review_rows', ['review_id', 'position', 'account_id', 'snapshot']);

const SELECT = `SELECT id, opened_at, opened_by, due_at, revision, signed_at, signed_by,
    (SELECT count(*) FROM access_review_rows WHERE review_id = access_reviews.id) AS accounts,
    (SELECT count(*) FROM access_review_rows LEFT JOIN users ON users.id = account_id
     WHERE review_id = access_reviews.id AND (decision IS NOT NULL OR users.id IS NULL)) AS decided,
    (SELECT count(*) FROM access_review_rows WHERE review_id = access_reviews.id
     AND json_extract(decision, '$.kind') <> 'keep') AS changes
  FROM access_reviews`;

/** A line of a review as it is kept, beside the account at this moment. */
export interface KeptRow {
  readonly before: ReviewedAccount;
  /** `null` when the account was removed. */
  readonly now: PresentAccount | null;
  readonly changedSince: readonly ReviewDifference[];
  readonly decision: ReviewDecision | null;
  /** What the account was when it was decided. */
  readonly basis: string | null;
  readonly note: string;
  /** As the audit chain names them. */
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
}

/** Everything that a review is about. */
export interface ReviewContents {
  readonly rows: readonly KeptRow[];
  /** The accounts at this moment, by id. */
  readonly present: ReadonlyMap<string, PresentAccount>;
  readonly joinedSince: number;
}

/** The rows of a new review. */
export function reviewRows(
  review: { id: string; openedAt: number; openedBy: string; dueAt: number },
  accounts: readonly PresentAccount[],
): Rows[] {
  const { id, openedAt, openedBy, dueAt } = review;
  return [
    { into: REVIEWS, rows: [[id, openedAt, openedBy, dueAt, 1]] },
    {
      into: ROWS,
      rows: accounts.map(({ account }, index) => [id, index, account.id, JSON.stringify(account)]),
    },
  ];
}

export async function readReviews({ store, clock, names }: RuntimeContext): Promise<AccessReview[]> {
  const rows = await store.read(`${SELECT} ORDER BY opened_at DESC, id DESC`);
  const actors = rows.flatMap(({ opened_by, signed_by }) => [String(opened_by), String(signed_by ?? SYSTEM)]);
  const nameOf = await names.ofActors(actors);
  return rows.map((row) => reviewFrom(row, nameOf, clock.now()));
}

/** @throws ConsoleError NOT_FOUND */
export async function requireReview(context: RuntimeContext, id: string): Promise<AccessReview> {
  const review = (await readReviews(context)).find((each) => each.id === id);
  if (!review) throw new ConsoleError('NOT_FOUND');
  return review;
}

/** @throws ConsoleError NOT_FOUND, or CONFLICT when it is signed */
export async function requireOpen(context: RuntimeContext, id: string): Promise<AccessReview> {
  const review = await requireReview(context, id);
  if (review.state === 'open') return review;
  throw new ConsoleError('CONFLICT', {
    reason: 'The review is signed. What it says is not changed any more.',
  });
}

export async function readContents({ store, clock }: RuntimeContext, id: string): Promise<ReviewContents> {
  const present = new Map(
    (await readAccounts(store, clock.now())).map((each) => [each.account.id, each] as const),
  );
  const kept = await store.read('SELECT * FROM access_review_rows WHERE review_id = ? ORDER BY position', [
    id,
  ]);
  const rows = kept.map((row) => keptFrom(row, present.get(String(row.account_id)) ?? null));
  const known = rows.filter(({ now }) => now !== null).length;
  return { rows, present, joinedSince: present.size - known };
}

function keptFrom(row: SqlRow, now: PresentAccount | null): KeptRow {
  const before = ReviewedAccount.parse(JSON.parse(String(row.snapshot)));
  return {
    before,
    now,
    changedSince: differencesOf(before, now?.account ?? null),
    decision: row.decision === null ? null : ReviewDecision.parse(JSON.parse(String(row.decision))),
    basis: row.basis === null ? null : String(row.basis),
    note: String(row.note),
    decidedBy: row.decided_by === null ? null : String(row.decided_by),
    decidedAt: row.decided_at === null ? null : Number(row.decided_at),
  };
}

function reviewFrom(row: SqlRow, nameOf: (actor: string) => string, now: number): AccessReview {
  const signedAt = row.signed_at === null ? null : Number(row.signed_at);
  const dueAt = Number(row.due_at);
  return {
    id: String(row.id),
    state: signedAt === null ? 'open' : 'signed',
    openedAt: Number(row.opened_at),
    openedBy: row.opened_by === SYSTEM ? null : nameOf(String(row.opened_by)),
    dueAt,
    overdue: (signedAt ?? now) > dueAt,
    accounts: Number(row.accounts),
    decided: Number(row.decided),
    changes: Number(row.changes),
    signedAt,
    signedBy: row.signed_by === null ? null : nameOf(String(row.signed_by)),
    revision: Number(row.revision),
  };
}
