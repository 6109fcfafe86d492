import {
  ConsoleError,
  type KeptReviewPolicy,
  type ReviewDecision,
  type ReviewRow,
  type ReviewRowFilter,
  SignedStatement,
  type tenantContract,
} from '../../../contract';
import { actorOf, type Call, type Handlers } from '../../door';
import { StoreError } from '../../ports';
import { lockOf, type RoleBook, readRoleBook, requireDecidable } from './judge';
import { createOpening } from './opening';
import { keepReviewPolicy, readReviewPolicy } from './policy';
import {
  countJoined,
  type KeptRow,
  type LineHead,
  type ReviewContents,
  readContents,
  readHeads,
  readReviews,
  requireOpen,
  requireReview,
} from './records';
import { type SigningParts, signReview } from './signing';

/** Reviews of who has what in the tenant, opened each quarter, decided line by line and signed. */
export interface Reviews {
  readonly handlers: Handlers<(typeof tenantContract)['reviews']>;
  /** Opens what is due, now and every hour, until it is stopped. */
  start(): () => void;
  /** Resolves when nothing is being opened. */
  idle(): Promise<void>;
}

export function createReviews(parts: SigningParts): Reviews {
  const { context } = parts;
  const { store, clock, names } = context;
  const opening = createOpening(context);

  async function policy(): Promise<KeptReviewPolicy> {
    return { ...(await readReviewPolicy(context)), nextAt: await opening.nextAt() };
  }

  return {
    start: opening.start,
    idle: opening.idle,
    handlers: {
      policy,

      async setPolicy(wishes, call) {
        const { intervalDays, dueDays } = wishes;
        const before = await readReviewPolicy(context);
        const change = {
          before: { intervalDays: before.intervalDays, dueDays: before.dueDays },
          after: { intervalDays, dueDays },
        };
        const event = call.event({ detail: { intervalDays, dueDays }, change });
        await keepReviewPolicy(context, wishes, event);
        opening.runSoon();
        await opening.idle();
        return policy();
      },

      list: () => readReviews(context),

      async open(_input, call) {
        const { role, id } = actorOf(call);
        const opened = await opening.open(`${role}:${id}`, (target, accounts) =>
          call.event({ target, detail: { accounts } }),
        );
        return requireReview(context, opened);
      },

      async rows({ id, filter, search, limit, cursor }, call) {
        const { state } = await requireReview(context, id);
        const found = await findLines(id, filter, search);
        const from = positionOf(cursor);
        const contents = await readContents(context, id, found.slice(from, from + limit));
        const book = await readRoleBook(store);
        const deciders = contents.rows.flatMap(({ decidedBy }) => (decidedBy === null ? [] : [decidedBy]));
        const nameOf = await names.ofActors(deciders);
        const actorId = actorOf(call).id;
        return {
          rows: contents.rows.map((row) =>
            rowOf(row, { book, nameOf, actorId, lock: lockFor(row, state, actorId, contents) }),
          ),
          total: found.length,
          joinedSince: await countJoined(context, id),
          next: from + limit < found.length ? String(from + limit) : null,
        };
      },

      async decide({ id, accounts, decision, note }, call) {
        await requireOpen(context, id);
        const contents = await readContents(context, id, accounts);
        const book = await readRoleBook(store);
        const lines = [...new Set(accounts)].map((account) => lineOf(contents, account));
        const actor = actorOf(call);
        for (const line of lines) requireDecidable(line, decision, actor, contents, book);
        await keepDecision(id, lines, decision, note, call);
        return requireReview(context, id);
      },

      async sign(signature, call) {
        await signReview(parts, signature, call);
        return requireReview(context, signature.id);
      },

      async statement({ id }) {
        const [row] = await store.read('SELECT statement FROM access_reviews WHERE id = ?', [id]);
        if (!row) throw new ConsoleError('NOT_FOUND');
        if (row.statement === null) throw new ConsoleError('CONFLICT', { reason: 'It is not signed yet.' });
        return SignedStatement.parse(JSON.parse(String(row.statement)));
      },
    },
  };

  /** The ids of the accounts whose lines are asked for, in their order. */
  async function findLines(id: string, filter: ReviewRowFilter, search: string): Promise<string[]> {
    const wanted = search.toLowerCase();
    const heads = (await readHeads(context, id)).filter(({ words }) => words.includes(wanted));
    const isAsked: Readonly<Record<ReviewRowFilter, (head: LineHead) => boolean>> = {
      all: () => true,
      undecided: ({ decision, isRemoved }) => decision === null && !isRemoved,
      changes: ({ decision }) => decision !== null && decision !== 'keep',
      'changed-since': () => true,
    };
    const ids = heads.filter(isAsked[filter]).map(({ accountId }) => accountId);
    if (filter !== 'changed-since') return ids;
    const { rows } = await readContents(context, id, ids);
    return rows.filter(({ changedSince }) => changedSince.length > 0).map(({ before }) => before.id);
  }

  /** The decision is about what the account is now: when that changes before the signature, it is decided anew. */
  async function keepDecision(
    id: string,
    lines: readonly KeptRow[],
    decision: ReviewDecision,
    note: string,
    call: Call,
  ): Promise<void> {
    const { role, id: actorId } = actorOf(call);
    const decided = JSON.stringify(decision);
    const by = `${role}:${actorId}`;
    const now = clock.now();
    try {
      await store.write({
        statements: [
          {
            sql: 'UPDATE access_reviews SET revision = revision + 1 WHERE id = ? AND signed_at IS NULL',
            params: [id],
            expect: 1,
          },
          ...lines.map(({ before, now: present }) => ({
            sql: `UPDATE access_review_rows SET decision = ?, basis = ?, note = ?, decided_by = ?, decided_at = ?
                  WHERE review_id = ? AND account_id = ?`,
            params: [decided, present?.basis ?? '', note, by, now, id, before.id],
            expect: 1,
          })),
        ],
        events: lines.map(({ before, decision: present }) =>
          call.event({
            target: before.id,
            detail: { review: id, ...decisionDetail(decision) },
            change: { before: present, after: { ...decision, note } },
          }),
        ),
      });
    } catch (problem) {
      if (!(problem instanceof StoreError && problem.problem === 'guard')) throw problem;
      throw new ConsoleError('CONFLICT', { reason: 'The review was signed meanwhile.' }, problem);
    }
  }
}

/** @throws ConsoleError BAD_INPUT when it is none that was given out */
function positionOf(cursor: string | undefined): number {
  if (cursor !== undefined && !/^\d{1,7}$/.test(cursor)) throw new ConsoleError('BAD_INPUT');
  return Number(cursor ?? 0);
}

function decisionDetail(decision: ReviewDecision): Record<string, string> {
  if (decision.kind !== 'change') return { decision: decision.kind };
  const { kind, role, customRoles } = decision;
  return { decision: kind, role, customRoles: customRoles.join(' ') };
}

function lineOf({ rows }: ReviewContents, account: string): KeptRow {
  const line = rows.find(({ before }) => before.id === account);
  if (line) return line;
  throw new ConsoleError('NOT_FOUND', { reason: 'The account is not in this review.' });
}

function lockFor(
  row: KeptRow,
  state: 'open' | 'signed',
  actorId: string,
  contents: ReviewContents,
): string | null {
  return state === 'signed' ? 'The review is signed.' : lockOf(row, actorId, contents);
}

interface Shown {
  readonly book: RoleBook;
  readonly nameOf: (actor: string) => string;
  readonly actorId: string;
  readonly lock: string | null;
}

function rowOf(row: KeptRow, { book, nameOf, actorId, lock }: Shown): ReviewRow {
  const { before, changedSince, decision, note, decidedBy, decidedAt } = row;
  const given = decision?.kind === 'change' ? decision.customRoles : [];
  return {
    account: before,
    changedSince: [...changedSince],
    decision,
    customRoleNames: given.map((id) => book.get(id)?.name ?? 'Removed role'),
    note,
    decidedBy: decidedBy === null ? null : nameOf(decidedBy),
    decidedAt,
    own: before.id === actorId,
    locked: lock,
  };
}
