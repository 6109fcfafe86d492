import {
  type AccessReview,
  ConsoleError,
  type ReviewDecision,
  type ReviewDifference,
  type ReviewedAccount,
} from '../../../contract';
import { bulkInsert, type Rows } from '../../mechanism/store';
import type { SqlRow } from '../../ports';
import type { RuntimeContext } from '../context';
import { differencesOf, type PresentAccount, readAccounts, readReviewers } from './accounts';

export const SYSTEM = 'system:reviews';

const REVIEWS = bulkInsert('access_reviews', ['id', 'opened_at', 'opened_by', 'due_at', 'revision']);
const ROWS = bulkInsert('access_review_rows', ['review_id', 'position', 'account_id', 'snapshot']);

/** An open review is counted, what a signed one was about is kept. */
const SELECT = `SELECT id, opened_at, opened_by, due_at, revision, signed_at, signed_by,
    ifnull(signed_accounts, (SELECT count(*) FROM access_review_rows WHERE review_id = access_reviews.id)) AS accounts,
    ifnull(signed_accounts, (SELECT count(*) FROM access_review_rows LEFT JOIN users ON users.id = account_id
     WHERE review_id = access_reviews.id AND (decision IS NOT NULL OR users.id IS NULL))) AS decided,
    ifnull(signed_changes, (SELECT count(*) FROM access_review_rows WHERE review_id = access_reviews.id
     AND json_extract(decision, '$.kind') <> 'keep')) AS changes
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
  /** The ids of those who can decide and sign. */
  readonly reviewers: readonly string[];
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

/** @param accounts reads these lines only; `null` for all */
export async function readContents(
  { store, clock }: RuntimeContext,
  id: string,
  accounts: readonly string[] | null = null,
): Promise<ReviewContents> {
  const found = await readAccounts(store, clock.now(), accounts);
  const present = new Map(found.map((each) => [each.account.id, each] as const));
  const which = accounts === null ? '' : 'AND account_id IN (SELECT value FROM json_each(?))';
  const kept = await store.read(
    `SELECT * FROM access_review_rows WHERE review_id = ? ${which} ORDER BY position`,
    accounts === null ? [id] : [id, JSON.stringify(accounts)],
  );
  return {
    rows: kept.map((row) => keptFrom(row, present.get(String(row.account_id)) ?? null)),
    present,
    reviewers: await readReviewers(store),
  };
}

/** How many accounts joined after a review was opened. */
export async function countJoined({ store }: RuntimeContext, id: string): Promise<number> {
  const [row] = await store.read(
    `SELECT count(*) AS count FROM users
     WHERE id NOT IN (SELECT account_id FROM access_review_rows WHERE review_id = ?)`,
    [id],
  );
  return Number(row?.count ?? 0);
}

/** A line as it is looked for. */
export interface LineHead {
  readonly accountId: string;
  /** Name and address at the opening. */
  readonly words: string;
  readonly decision: ReviewDecision['kind'] | null;
  readonly isRemoved: boolean;
}

/** All lines of a review, in their order. */
export async function readHeads({ store }: RuntimeContext, id: string): Promise<LineHead[]> {
  const rows = await store.read(
    `SELECT account_id, json_extract(snapshot, '$.name') AS name, json_extract(snapshot, '$.email') AS email,
       json_extract(decision, '$.kind') AS decision, users.id IS NULL AS removed
     FROM access_review_rows LEFT JOIN users ON users.id = account_id WHERE review_id = ? ORDER BY position`,
    [id],
  );
  return rows.map((row) => ({
    accountId: String(row.account_id),
    words: `${row.name}\n${row.email}`.toLowerCase(),
    decision: row.decision as LineHead['decision'],
    isRemoved: row.removed === 1,
  }));
}

function keptFrom(row: SqlRow, now: PresentAccount | null): KeptRow {
  const before = JSON.parse(String(row.snapshot)) as ReviewedAccount;
  return {
    before,
    now,
    changedSince: differencesOf(before, now?.account ?? null),
    decision: row.decision === null ? null : (JSON.parse(String(row.decision)) as ReviewDecision),
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
