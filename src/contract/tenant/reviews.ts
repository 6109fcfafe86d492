import { z } from 'zod';
import { Permission, TenantRole } from '../permissions';
import { change, procedure, view } from '../procedure';
import { ReviewDecision, SignedStatement } from '../statements';
import { Id, Page, Timestamp, Title } from '../values';

/** How often the access of everybody is reviewed, and how long a review may take. */
export const ReviewPolicy = z.object({
  /** Days from one review to the next. */
  intervalDays: z.number().int().min(1).max(366),
  /** Days after its opening within which a review must be signed. */
  dueDays: z.number().int().min(1).max(90),
});
export type ReviewPolicy = z.infer<typeof ReviewPolicy>;

/** What holds until an administrator sets another. */
export const DEFAULT_REVIEW_POLICY: ReviewPolicy = { intervalDays: 90, dueDays: 14 };

/** A policy as it is kept; `revision` is 0 as long as nobody has set one. */
export const KeptReviewPolicy = ReviewPolicy.extend({
  revision: z.number().int().nonnegative(),
  /** When the next review is opened by the console; `null` while one is open. */
  nextAt: Timestamp.nullable(),
});
export type KeptReviewPolicy = z.infer<typeof KeptReviewPolicy>;

/** An access review, open or signed. */
export const AccessReview = z.object({
  id: Id,
  state: z.enum(['open', 'signed']),
  openedAt: Timestamp,
  /** `null` when the console opened it, because it was time. */
  openedBy: z.string().nullable(),
  dueAt: Timestamp,
  /** Not signed by then. */
  overdue: z.boolean(),
  accounts: z.number().int(),
  decided: z.number().int(),
  /** Decisions that take something from somebody or give it. */
  changes: z.number().int(),
  signedAt: Timestamp.nullable(),
  signedBy: z.string().nullable(),
  /** Rises with each decision; whoever signs names the revision they saw. */
  revision: z.number().int(),
});
export type AccessReview = z.infer<typeof AccessReview>;

/** A key of an account that could be used when the review was opened. */
export const ReviewedKey = z.object({
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  expiresAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
});
export type ReviewedKey = z.infer<typeof ReviewedKey>;

/** What an account was when the review was opened. */
export const ReviewedAccount = z.object({
  id: Id,
  name: z.string(),
  email: z.string(),
  kind: z.enum(['person', 'service']),
  state: z.enum(['active', 'invited', 'disabled']),
  role: TenantRole,
  customRoles: z.array(z.object({ id: Id, name: z.string() })),
  /** What all of it together allowed. */
  permissions: z.array(Permission),
  /** The entry of sign-on that they come by; `null` for an account with a password of its own, and for a service. */
  signOn: z.string().nullable(),
  /** The last sign-in that is still in the list of sessions. */
  lastSignInAt: Timestamp.nullable(),
  secondFactor: z.boolean(),
  keys: z.array(ReviewedKey),
});
export type ReviewedAccount = z.infer<typeof ReviewedAccount>;

/** What of an account is not any more as it was when the review was opened. */
export const ReviewDifference = z.enum(['removed', 'state', 'role', 'custom-roles', 'permissions']);
export type ReviewDifference = z.infer<typeof ReviewDifference>;

/** A line of a review: an account as it was, what has changed since, and what was decided. */
export const ReviewRow = z.object({
  account: ReviewedAccount,
  changedSince: z.array(ReviewDifference),
  decision: ReviewDecision.nullable(),
  /** The roles that a change gives, by name. */
  customRoleNames: z.array(z.string()),
  note: z.string(),
  decidedBy: z.string().nullable(),
  decidedAt: Timestamp.nullable(),
  /** Whether the account is the caller's own: then somebody else decides. */
  own: z.boolean(),
  /** Why the caller cannot decide it; `null` when they can. */
  locked: z.string().nullable(),
});
export type ReviewRow = z.infer<typeof ReviewRow>;

const RowFilter = z.enum(['all', 'undecided', 'changes', 'changed-since']);
export type ReviewRowFilter = z.infer<typeof RowFilter>;

export const reviews = {
  policy: procedure({
    summary: 'How often the access of everybody is reviewed',
    permission: 'access.view',
    audit: view('access-reviews.policy-viewed'),
    input: z.object({}),
    output: KeptReviewPolicy,
  }),
  setPolicy: procedure({
    summary: 'Set how often the access of everybody is reviewed',
    permission: 'access.manage',
    audit: change('access-reviews.policy-set'),
    stepUp: true,
    input: ReviewPolicy.extend({ revision: z.number().int().nonnegative() }),
    output: KeptReviewPolicy,
  }),
  list: procedure({
    summary: 'The access reviews of the tenant, newest first',
    permission: 'access.view',
    audit: view('access-reviews.listed'),
    input: z.object({}),
    output: z.array(AccessReview),
  }),
  open: procedure({
    summary: 'Open an access review now: what everybody has is written down',
    permission: 'access.manage',
    audit: change('access-review.opened'),
    input: z.object({}),
    output: AccessReview,
  }),
  rows: procedure({
    summary: 'The accounts of an access review with what was decided',
    permission: 'access.view',
    audit: view('access-review.viewed'),
    input: Page.extend({
      id: Id,
      filter: RowFilter.default('all'),
      search: z.string().trim().max(120).default(''),
    }),
    output: z.object({
      rows: z.array(ReviewRow),
      total: z.number().int(),
      /** Accounts that joined after the review was opened: they are in the next. */
      joinedSince: z.number().int(),
      next: z.string().nullable(),
    }),
  }),
  decide: procedure({
    summary: 'Decide what accounts of an access review keep; it takes effect when the review is signed',
    permission: 'access.manage',
    audit: change('access-review.decided'),
    input: z
      .object({
        id: Id,
        accounts: z.array(Id).min(1).max(200),
        decision: ReviewDecision,
        /** Why; demanded where something is changed. */
        note: z
          .string()
          .trim()
          .max(500)
          .regex(/^\P{Cc}*$/u, 'must be one line')
          .default(''),
      })
      .refine(({ decision, note }) => decision.kind === 'keep' || note !== '', {
        path: ['note'],
        message: 'says why something is changed',
      })
      .refine(({ decision, accounts }) => decision.kind === 'keep' || accounts.length === 1, {
        path: ['accounts'],
        message: 'must be one where something is changed',
      }),
    output: AccessReview,
  }),
  sign: procedure({
    summary: 'Sign an access review whose every account is decided; what was decided takes effect',
    permission: 'access.manage',
    audit: change('access-review.signed'),
    stepUp: true,
    input: z.object({ id: Id, revision: z.number().int(), note: Title.or(z.literal('')).default('') }),
    output: AccessReview,
  }),
  statement: procedure({
    summary: 'The signed record of an access review',
    permission: 'access.view',
    audit: view('access-review.exported'),
    input: z.object({ id: Id }),
    output: SignedStatement,
  }),
};
