import { z } from 'zod';
import { TenantRole } from './permissions';
import { Place, Residency } from './residency';
import { Id, Timestamp, Title } from './values';

/** That a tenant was deleted: what, when, by whom. */
export const DeletionStatement = z.strictObject({
  kind: z.literal('tenant-deletion'),
  tenantId: Id,
  name: Title,
  deletedAt: Timestamp,
  /** Who had it deleted, as the audit chain of the installation names them: `operator:ID`. */
  deletedBy: z.string(),
  /** Fingerprint of the key that was destroyed. */
  keyFingerprint: z.string(),
  keyDestroyed: z.literal(true),
  /** `null` when the console was stopped while they were removed, so that nobody counted all of them. */
  filesRemoved: z.number().int().nullable(),
  bytesRemoved: z.number().int().nullable(),
});
export type DeletionStatement = z.infer<typeof DeletionStatement>;

/** Where the connections of a tenant led in a period, out of its egress ledger. */
export const ResidencyStatement = z.strictObject({
  kind: z.literal('residency'),
  tenantId: Id,
  name: Title,
  /** The policy at the time of the statement. */
  policy: Residency,
  from: Timestamp,
  /** The period ends before it. */
  to: Timestamp,
  issuedAt: Timestamp,
  issuedBy: z.string(),
  destinations: z.array(
    z.strictObject({
      host: z.string(),
      port: z.number().int(),
      purpose: z.string(),
      /** `null` where the ledger does not hold it. */
      place: Place.shape.kind.nullable(),
      region: z.string().nullable(),
      allowed: z.number().int(),
      refused: z.number().int(),
    }),
  ),
  /** Connections that were allowed to somebody else's place. */
  toCloud: z.number().int(),
  /** Connections that were allowed and whose place the ledger does not hold. */
  unknownPlace: z.number().int(),
  /** The head of the tenant's audit chain when the ledger was read. */
  auditHead: z.strictObject({ sequence: z.number().int(), hash: z.string() }),
});
export type ResidencyStatement = z.infer<typeof ResidencyStatement>;

/** What a reviewer decides about an account. */
export const ReviewDecision = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keep') }),
  /** `customRoles` are the ids of roles that the tenant composed. */
  z.strictObject({ kind: z.literal('change'), role: TenantRole, customRoles: z.array(Id).max(50) }),
  z.strictObject({ kind: z.literal('disable') }),
]);
export type ReviewDecision = z.infer<typeof ReviewDecision>;

/** An account of a signed access review: what it was when the review was opened, and what was decided. */
const SignedReviewRow = z.strictObject({
  id: Id,
  name: z.string(),
  email: z.string(),
  kind: z.enum(['person', 'service']),
  state: z.enum(['active', 'invited', 'disabled']),
  role: TenantRole,
  customRoles: z.array(z.string()),
  permissions: z.array(z.string()),
  signOn: z.string().nullable(),
  lastSignInAt: Timestamp.nullable(),
  secondFactor: z.boolean(),
  keys: z.array(
    z.strictObject({
      name: z.string(),
      prefix: z.string(),
      scopes: z.array(z.string()),
      expiresAt: Timestamp,
      lastUsedAt: Timestamp.nullable(),
    }),
  ),
  /** What had changed between the opening and the signature. */
  changedSince: z.array(z.string()),
  /** `gone`: the account was removed meanwhile, so that there was nothing to decide. */
  decision: z.enum(['keep', 'change', 'disable', 'gone']),
  /** What a change gave; `null` otherwise. */
  given: z.strictObject({ role: TenantRole, customRoles: z.array(z.string()) }).nullable(),
  note: z.string(),
  /** Who decided, as the audit chain names them; `null` where nobody had to. */
  decidedBy: z.string().nullable(),
  decidedByName: z.string().nullable(),
  decidedAt: Timestamp.nullable(),
  /** The reviewer decided about themselves, because nobody else in the tenant could have. */
  decidedAlone: z.boolean(),
});

/** That the access of every account of a tenant was reviewed: who had what, who decided what, who signed. */
export const AccessReviewStatement = z.strictObject({
  kind: z.literal('access-review'),
  tenantId: Id,
  name: Title,
  reviewId: Id,
  openedAt: Timestamp,
  /** As the audit chain names them. */
  openedBy: z.string(),
  dueAt: Timestamp,
  signedAt: Timestamp,
  signedBy: z.string(),
  signedByName: z.string(),
  note: z.string(),
  /** Signed after it was due. */
  overdue: z.boolean(),
  /** How many people could have decided when it was signed. With 1 nobody reviewed the reviewer. */
  reviewers: z.number().int(),
  accounts: z.array(SignedReviewRow),
  /** Accounts that joined after the opening and are not in it. */
  joinedSince: z.number().int(),
  /** The head of the tenant's audit chain before the signature. */
  auditHead: z.strictObject({ sequence: z.number().int(), hash: z.string() }),
});
export type AccessReviewStatement = z.infer<typeof AccessReviewStatement>;

export const Statement = z.discriminatedUnion('kind', [
  DeletionStatement,
  ResidencyStatement,
  AccessReviewStatement,
]);
export type Statement = z.infer<typeof Statement>;

/**
 * A statement with the signature of the installation: Ed25519 (RFC 8032) over the line `riscura-statement/v1`, ended by
 * LF, and the statement as RFC 8785 writes it.
 */
export const SignedStatement = z.strictObject({
  format: z.literal('riscura-statement/v1'),
  statement: Statement,
  /** The first 16 hexadecimal digits of the SHA-256 of the public key. */
  keyId: z.string(),
  /** SPKI in DER, base64. To be compared with the one that the console shows under Keys. */
  publicKey: z.string(),
  /** Base64. */
  signature: z.string(),
});
export type SignedStatement = z.infer<typeof SignedStatement>;
