import { z } from 'zod';
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

export const Statement = z.discriminatedUnion('kind', [DeletionStatement, ResidencyStatement]);
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
