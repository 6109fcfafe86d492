import { z } from 'zod';
import { ExportFormat, ExportPiece } from '../export';
import type { Permission } from '../permissions';
import { change, procedure, subscription, view } from '../procedure';
import { Page, Span, Timestamp } from '../values';

export const AuditOutcome = z.enum(['intent', 'done', 'failed', 'refused']);
export type AuditOutcome = z.infer<typeof AuditOutcome>;

/** From where and as what somebody acted, and what they changed as keyed hashes; what the chain does not hold is `null`. */
export const AuditOrigin = z.object({
  /** Through which door: `window:ID`, `command-line`, `job:NAME`. */
  from: z.string().nullable(),
  /** The role that allowed it, or the custom roles: `custom-role:ID`. */
  as: z.string().nullable(),
  session: z.string().nullable(),
  /** How the API key begins. */
  key: z.string().nullable(),
  /** The break-glass grant that was acted under. */
  grant: z.string().nullable(),
  /** The request that a second person gave their word to. */
  approval: z.string().nullable(),
  /** The id of the request, where it came over REST: the `X-Request-Id` of its answer. */
  request: z.string().nullable(),
  /** Keyed hashes of what was before, and is after. */
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type AuditOrigin = z.infer<typeof AuditOrigin>;

/** One event of an audit chain, without any word of a conversation. */
export const AuditEventView = z.object({
  sequence: z.number().int(),
  at: Timestamp,
  event: z.string(),
  /** Who did it, as the chain holds it: `ROLE:ID`, `system:PART`, `unknown:SOURCE`. */
  actor: z.string(),
  /** The name to show for the actor, looked up now; the chain does not hold it. */
  actorName: z.string(),
  target: z.string().nullable(),
  outcome: AuditOutcome,
  /** What is particular to the event. In the chain the members of `origin` are beside it, with an `@` before their names. */
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** From where it was done, and as what, as far as the chain holds it. */
  origin: AuditOrigin,
  /** SHA-256 of the event before, hexadecimal. */
  previousHash: z.string(),
  hash: z.string(),
});
export type AuditEventView = z.infer<typeof AuditEventView>;

/** Which audit events; an empty text and `null` leave all. A text is looked for in any case of letters. */
export const AuditFilter = Span.extend({
  /** A part of a person's name, or of the actor as the chain holds it. */
  actor: z.string().trim().max(120).default(''),
  /** A part of the event's name. */
  event: z.string().trim().max(120).default(''),
  /** A part of the target. */
  target: z.string().trim().max(300).default(''),
  outcome: AuditOutcome.nullable().default(null),
  /** A part of the door's name, of the session's id, of the API key's beginning or of the request's id. */
  source: z.string().trim().max(120).default(''),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** A SHA-256 in lower-case hexadecimal. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The number of an event in its chain, counted from 1. */
export const Sequence = z.number().int().positive();

/**
 * A signed statement that a chain had so many events, ended in this hash and has this Merkle root (RFC 6962 over the
 * events' hashes). Signed is the text that `checkpointText` of the engine describes, with Ed25519 (RFC 8032).
 */
export const AuditCheckpoint = z.object({
  /** Whose chain: `installation` or `tenant:ID`. */
  origin: z.string().max(100),
  /** How many events it covers; the number of the last one. */
  size: Sequence,
  /** The hash of the last event. */
  head: Sha256,
  /** The root of the Merkle tree. */
  root: Sha256,
  at: Timestamp,
  /** The first 16 digits of the SHA-256 of the public key in SPKI/DER. */
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  /** Ed25519, base64. */
  signature: z.base64().max(100),
});
export type AuditCheckpoint = z.infer<typeof AuditCheckpoint>;

/** What a pruned segment leaves: the place after which the chain goes on, and the right edge of its Merkle tree. */
export const AuditSignedHead = z.object({
  origin: z.string().max(100),
  sequence: Sequence,
  hash: Sha256,
  at: Timestamp,
  /** The roots of the perfect trees of the events up to here, largest first. */
  edge: z.array(Sha256).max(60),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  signature: z.base64().max(100),
});
export type AuditSignedHead = z.infer<typeof AuditSignedHead>;

/** That one key for checkpoints follows another: signed by both, so that who trusts the one finds the other. */
export const AuditKeyLink = z.object({
  /** SPKI in DER, base64. */
  previous: z.base64().max(200),
  /** SPKI in DER, base64. */
  next: z.base64().max(200),
  at: Timestamp,
  /** Ed25519 of the previous key, base64. */
  byPrevious: z.base64().max(100),
  /** Ed25519 of the next key, base64. */
  byNext: z.base64().max(100),
});
export type AuditKeyLink = z.infer<typeof AuditKeyLink>;

/** How a chain stands. */
export const AuditState = z.object({
  origin: z.string(),
  /** The number of the newest event. */
  events: z.number().int(),
  /** The number of the first event that is still in the database. */
  first: z.number().int(),
  checkpoints: z.number().int(),
  newest: AuditCheckpoint.nullable(),
  /** The checkpoint that is kept outside of the database, in the keychain. */
  kept: z.object({ size: z.number().int(), at: Timestamp }).nullable(),
  /** SPKI in DER, base64. */
  publicKey: z.string(),
  keyId: z.string(),
});
export type AuditState = z.infer<typeof AuditState>;

/** An event with what proves that it is in the chain. */
export const AuditEvidence = z.object({
  event: AuditEventView,
  /** The newest checkpoint; it covers the event. */
  checkpoint: AuditCheckpoint,
  /** The inclusion proof of RFC 6962 against the checkpoint's root, from the leaf up. */
  path: z.array(Sha256),
  /** SPKI in DER, base64. */
  publicKey: z.string(),
});
export type AuditEvidence = z.infer<typeof AuditEvidence>;

/** What a verification found, or how far it is. */
export const AuditVerification = z.object({
  checked: z.number().int(),
  total: z.number().int(),
  /** Set with the last value. */
  verdict: z
    .object({
      ok: z.boolean(),
      /** The first event that does not hold. */
      sequence: z.number().int().nullable(),
      /** What was found, in one sentence. */
      words: z.string(),
      checkpoints: z.number().int(),
    })
    .nullable(),
});
export type AuditVerification = z.infer<typeof AuditVerification>;

/** `jsonl` is self-contained and can be verified; `ocsf` is what a SIEM takes in (OCSF 1.3, JSON Lines). */
export const AuditFileFormat = z.enum(['jsonl', 'ocsf']);
export type AuditFileFormat = z.infer<typeof AuditFileFormat>;

/** A piece of an export: the text that follows the piece before, and how far it is. */
export const AuditFilePiece = z.object({
  text: z.string(),
  events: z.number().int(),
  total: z.number().int(),
});
export type AuditFilePiece = z.infer<typeof AuditFilePiece>;

/** The procedures over one audit chain: that of a tenant, or the installation's. */
export function auditProcedures(permission: Permission) {
  return {
    state: procedure({
      summary: 'How the audit chain stands: events, checkpoints, the key that signs them',
      permission,
      audit: view('audit.state-viewed'),
      input: z.object({}),
      output: AuditState,
    }),
    events: procedure({
      summary: 'The audit events, newest first',
      permission,
      audit: view('audit.viewed'),
      input: Page.extend(AuditFilter.shape),
      output: z.object({ events: z.array(AuditEventView), next: z.string().nullable() }),
    }),
    exportEvents: subscription({
      summary: 'The audit events that a filter leaves as a file, newest first',
      permission,
      audit: change('audit.exported'),
      stepUp: true,
      onReserve: true,
      input: AuditFilter.extend({ format: ExportFormat }),
      output: ExportPiece,
    }),
    event: procedure({
      summary: 'One audit event with the proof that it is in the chain',
      permission,
      audit: view('audit.event-viewed'),
      input: z.object({ sequence: Sequence }),
      output: AuditEvidence,
    }),
    verify: subscription({
      summary: 'Verifies the whole chain and all its checkpoints, with progress',
      permission,
      audit: change('audit.verified'),
      onReserve: true,
      input: z.object({}),
      output: AuditVerification,
    }),
    export: subscription({
      summary: 'The whole audit chain as a file, with its checkpoints and the public key',
      permission,
      audit: change('audit.chain-exported'),
      stepUp: true,
      onReserve: true,
      input: z.object({ format: AuditFileFormat }),
      output: AuditFilePiece,
    }),
  };
}

/** A segment of old events that was exported and then pruned. */
export const AuditSegment = z.object({
  from: Sequence,
  through: Sequence,
  prunedAt: Timestamp,
  sizeBytes: z.number().int(),
});
export type AuditSegment = z.infer<typeof AuditSegment>;

/** How long audit events stay in the database: whole days, at least ninety; `null` keeps them for ever. */
export const KeepDays = z.number().int().min(90).max(36_500).nullable();

/** Where the chain is streamed to over TLS, and how far. */
export const AuditStreamState = z.object({
  host: z.string(),
  port: z.number().int(),
  /** The house's own certificate authority in PEM, trusted beside the public ones. */
  authority: z.string().nullable(),
  /** The number of the last event that has arrived. */
  position: z.number().int(),
  /** How many events have not arrived yet. */
  waiting: z.number().int(),
  sentAt: Timestamp.nullable(),
  /** Why the last try failed, as a code: `EGRESS_REFUSED`, `ECONNREFUSED`, … */
  problem: z.string().nullable(),
});
export type AuditStreamState = z.infer<typeof AuditStreamState>;

const StreamServer = z.object({
  host: z.string().trim().toLowerCase().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  authority: z.string().max(20_000).startsWith('-----BEGIN CERTIFICATE-----').nullable(),
});

/**
 * How long the events of one chain are kept, and where they are streamed to.
 * @param see the permission of those who may look
 * @param manage the permission of those who may set it
 */
export function auditKeepingProcedures(see: Permission, manage: Permission) {
  return {
    retention: procedure({
      summary: 'How long audit events stay in the database, and what was pruned',
      permission: see,
      audit: view('audit.retention-viewed'),
      input: z.object({}),
      output: z.object({ keepDays: KeepDays, segments: z.array(AuditSegment) }),
    }),
    setRetention: procedure({
      summary: 'Set how long audit events stay in the database; what is older is exported, then pruned',
      permission: manage,
      audit: change('audit.retention-set'),
      stepUp: true,
      input: z.object({ keepDays: KeepDays }),
      output: z.object({ keepDays: KeepDays }),
    }),
    stream: procedure({
      summary: 'The syslog server that events are streamed to, and how far',
      permission: see,
      audit: view('audit.stream-viewed'),
      input: z.object({}),
      output: z.object({ stream: AuditStreamState.nullable() }),
    }),
    setStream: procedure({
      summary:
        'Stream new events to a syslog server over TLS, which an operator has declared as an archive; or end it',
      permission: manage,
      audit: change('audit.stream-set'),
      stepUp: true,
      input: z.object({ server: StreamServer.nullable() }),
      output: z.object({}),
    }),
    segment: subscription({
      summary: 'A pruned segment as a file that can be verified',
      permission: see,
      audit: change('audit.segment-exported'),
      stepUp: true,
      onReserve: true,
      input: z.object({ through: Sequence }),
      output: AuditFilePiece,
    }),
  };
}

export const audit = {
  ...auditProcedures('audit.view'),
  ...auditKeepingProcedures('audit.view', 'audit.manage'),
};
