import { createHash } from 'node:crypto';
import {
  type AccessReview,
  type AccessReviewStatement,
  ConsoleError,
  type SignedStatement,
  type Statement as SignedWords,
} from '../../../contract';
import { actorOf, type Call } from '../../door';
import type { AuditDraft } from '../../mechanism/chain';
import type { Sessions } from '../../mechanism/sessions';
import { type Statement, StoreError } from '../../ports';
import { ACCOUNT_BASIS, AN_ADMINISTRATOR_STAYS, assignStatements, requireHeld } from '../access';
import type { RuntimeContext } from '../context';
import { idOfActor, type RoleBook, readRoleBook, requireOwnRole, standsAlone, touchedBy } from './judge';
import { countJoined, type KeptRow, type ReviewContents, readContents, requireOpen } from './records';

const NOT_AS_DECIDED =
  'Somebody’s access was changed after it was decided. Look at the lines that are marked and decide them anew.';

/** What signing needs of the other capabilities. */
export interface SigningParts {
  readonly context: RuntimeContext;
  readonly sessions: Pick<Sessions, 'endAllOf' | 'forget'>;
  /** Ends what the API keys of a disabled account watch. */
  readonly endKeysOf: (accountId: string) => void;
  readonly sign: (statement: SignedWords) => SignedStatement;
}

interface Signature {
  readonly id: string;
  readonly revision: number;
  readonly note: string;
}

/**
 * Signs a review: what was decided takes effect and the signed record is kept, in one transaction.
 * @throws ConsoleError CONFLICT where a line is undecided or not as it was decided, or nobody would be left who gives
 *   roles; NOT_ALLOWED where the signer, or whoever decided, does not hold what is given or taken
 */
export async function signReview(parts: SigningParts, signature: Signature, call: Call): Promise<void> {
  const { context, sessions } = parts;
  const review = await requireOpen(context, signature.id);
  if (review.revision !== signature.revision) throw new ConsoleError('CONFLICT');
  const contents = await readContents(context, signature.id);
  const book = await readRoleBook(context.store);
  requireSound(contents, book, call);
  const statement = await statementOf(parts, { review, signature, contents, book }, call);
  const signed = JSON.stringify(parts.sign(statement));
  const changed = contents.rows.filter(({ decision }) => decision !== null && decision.kind !== 'keep');
  const alive = changed.filter(({ now }) => now !== null);
  try {
    await context.store.write({
      statements: [
        signatureStatement(signature, contents, signed, statement),
        ...alive.flatMap((row) => effectOf(row, sessions)),
        AN_ADMINISTRATOR_STAYS,
      ],
      events: [
        ...alive.map((row) => effectEvent(row, signature.id, call)),
        call.event({
          target: signature.id,
          detail: {
            accounts: contents.rows.length,
            changes: alive.length,
            overdue: statement.overdue,
            reviewers: statement.reviewers,
            statement: createHash('sha256').update(signed).digest('hex'),
          },
        }),
      ],
    });
  } catch (problem) {
    throw inWords(problem);
  }
  for (const { before, decision } of alive) {
    if (decision?.kind !== 'disable') continue;
    sessions.forget(before.id);
    parts.endKeysOf(before.id);
  }
}

function requireSound({ rows, present, reviewers }: ReviewContents, book: RoleBook, call: Call): void {
  const signer = actorOf(call);
  const living = rows.filter(({ now }) => now !== null);
  const undecided = living.filter(({ decision }) => decision === null).length;
  if (undecided > 0) {
    throw new ConsoleError('CONFLICT', {
      reason: `${undecided} of ${rows.length} accounts are not decided yet.`,
    });
  }
  if (living.some(({ basis, now }) => basis !== now?.basis)) {
    throw new ConsoleError('CONFLICT', { reason: NOT_AS_DECIDED });
  }
  for (const row of living) {
    const { before, decision, decidedBy } = row;
    const decider = idOfActor(decidedBy ?? '');
    if (decider === before.id && !standsAlone(before.id, { reviewers })) {
      throw new ConsoleError('CONFLICT', {
        reason: `${before.name} decided about themselves while nobody else could. Now somebody else decides that line.`,
      });
    }
    if (!decision || decision.kind === 'keep') continue;
    const touched = touchedBy(row, decision, book);
    requireHeld(signer, touched);
    requireOwnRole(row, decision);
    const who = present.get(decider)?.account;
    const stillMay = who?.state === 'active' && touched.every((each) => who.permissions.includes(each));
    if (decider !== signer.id && !stillMay) {
      throw new ConsoleError('CONFLICT', {
        reason: `Whoever decided about ${before.name} may not do so any more. Decide that line anew.`,
      });
    }
  }
}

/** Holds only while no living line is undecided or about something else than what was decided. */
function signatureStatement(
  { id, revision }: Signature,
  { rows }: ReviewContents,
  signed: string,
  { signedAt, signedBy }: AccessReviewStatement,
): Statement {
  const lines = `SELECT count(*) FROM access_review_rows AS line JOIN users ON users.id = line.account_id
    WHERE line.review_id = access_reviews.id`;
  return {
    sql: `UPDATE access_reviews SET signed_at = ?, signed_by = ?, statement = ?, signed_accounts = ?, signed_changes = ?
          WHERE id = ? AND revision = ? AND signed_at IS NULL
            AND (${lines}) = ? AND (${lines} AND line.basis IS NOT ${ACCOUNT_BASIS}) = 0`,
    params: [
      signedAt,
      signedBy,
      signed,
      rows.length,
      rows.filter(({ now, decision }) => now !== null && decision?.kind !== 'keep').length,
      id,
      revision,
      rows.filter(({ now }) => now !== null).length,
    ],
    expect: 1,
  };
}

function effectOf({ before, decision }: KeptRow, sessions: SigningParts['sessions']): Statement[] {
  if (decision?.kind === 'change') {
    return assignStatements(before.id, decision.role, [...new Set(decision.customRoles)]);
  }
  return [
    { sql: "UPDATE users SET state = 'disabled' WHERE id = ?", params: [before.id], expect: 1 },
    { sql: 'DELETE FROM invitations WHERE person_id = ?', params: [before.id] },
    ...sessions.endAllOf(before.id, 'account-disabled'),
  ];
}

function effectEvent({ before, now, decision }: KeptRow, review: string, call: Call): AuditDraft {
  const account = now?.account ?? before;
  const held = {
    state: account.state,
    role: account.role,
    customRoles: account.customRoles.map(({ id }) => id),
  };
  if (decision?.kind !== 'change') {
    return call.event({
      event: before.kind === 'service' ? 'service-account.disabled' : 'person.disabled',
      target: before.id,
      detail: { review, stateBefore: held.state },
      change: { before: held, after: { ...held, state: 'disabled' } },
    });
  }
  const { role, customRoles } = decision;
  return call.event({
    event: 'access.assigned',
    target: before.id,
    detail: {
      review,
      roleBefore: held.role,
      role,
      customRolesBefore: held.customRoles.join(' '),
      customRoles: customRoles.join(' '),
    },
    change: { before: held, after: { ...held, role, customRoles } },
  });
}

interface Signed {
  readonly review: AccessReview;
  readonly signature: Signature;
  readonly contents: ReviewContents;
  readonly book: RoleBook;
}

async function statementOf(
  { context }: SigningParts,
  { review, signature, contents, book }: Signed,
  call: Call,
): Promise<AccessReviewStatement> {
  const { store, clock, tenantId, entitlements, names } = context;
  const signer = actorOf(call);
  const signedBy = `${signer.role}:${signer.id}`;
  const [opening] = await store.read('SELECT opened_by FROM access_reviews WHERE id = ?', [review.id]);
  const nameOf = await names.ofActors([
    signedBy,
    ...contents.rows.flatMap(({ decidedBy }) => (decidedBy === null ? [] : [decidedBy])),
  ]);
  const signedAt = clock.now();
  const { sequence, hash } = store.auditHead();
  return {
    kind: 'access-review',
    tenantId,
    name: entitlements().name,
    reviewId: review.id,
    openedAt: review.openedAt,
    openedBy: String(opening?.opened_by),
    dueAt: review.dueAt,
    signedAt,
    signedBy,
    signedByName: nameOf(signedBy),
    note: signature.note,
    overdue: signedAt > review.dueAt,
    reviewers: contents.reviewers.length,
    accounts: contents.rows.map((row) => signedRow(row, book, nameOf)),
    joinedSince: await countJoined(context, review.id),
    auditHead: { sequence, hash },
  };
}

function signedRow(
  row: KeptRow,
  book: RoleBook,
  nameOf: (actor: string) => string,
): AccessReviewStatement['accounts'][number] {
  const { before, now, changedSince, note, decidedBy, decidedAt } = row;
  const decision = now === null ? null : row.decision;
  const named = (ids: readonly string[]) => ids.map((id) => book.get(id)?.name ?? id);
  return {
    ...before,
    customRoles: before.customRoles.map(({ name }) => name),
    changedSince: [...changedSince],
    decision: decision?.kind ?? 'gone',
    given:
      decision?.kind === 'change' ? { role: decision.role, customRoles: named(decision.customRoles) } : null,
    note,
    decidedBy,
    decidedByName: decidedBy === null ? null : nameOf(decidedBy),
    decidedAt,
    decidedAlone: decidedBy !== null && idOfActor(decidedBy) === before.id,
  };
}

/** Which guard did not hold, in words: the first statement is the review's own, any other the last administrator's. */
function inWords(problem: unknown): unknown {
  if (!(problem instanceof StoreError && problem.problem === 'guard')) return problem;
  const reason =
    problem.statement === 0
      ? NOT_AS_DECIDED
      : 'Nobody would be left who can give roles. Decide that one administrator stays.';
  return new ConsoleError('CONFLICT', { reason }, problem);
}
