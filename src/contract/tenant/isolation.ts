import { z } from 'zod';
import { change, procedure, subscription, view } from '../procedure';
import { EgressAttempt, LedgerFilter } from '../residency';
import { Page, Span, Timestamp } from '../values';

export const AuditOutcome = z.enum(['intent', 'done', 'failed', 'refused']);
export type AuditOutcome = z.infer<typeof AuditOutcome>;

/** One event of the tenant's audit chain, without any word of a conversation. */
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
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
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
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** CSV as RFC 4180 has it, or JSON Lines: one JSON object a line. Both UTF-8. */
export const ExportFormat = z.enum(['csv', 'jsonl']);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** A piece of an export: the text that follows the piece before, and how many records there are so far. */
export const ExportPiece = z.object({ text: z.string(), records: z.number().int() });
export type ExportPiece = z.infer<typeof ExportPiece>;

export const isolation = {
  ledger: procedure({
    summary: 'Every attempt of the tenant to open a connection, newest first',
    permission: 'isolation.view',
    audit: view('egress-ledger.viewed'),
    input: Page.extend(LedgerFilter.shape),
    output: z.object({ attempts: z.array(EgressAttempt), next: z.string().nullable() }),
  }),
  audit: procedure({
    summary: 'The audit events of the tenant, newest first',
    permission: 'isolation.view',
    audit: view('audit.viewed'),
    input: Page.extend(AuditFilter.shape),
    output: z.object({ events: z.array(AuditEventView), next: z.string().nullable() }),
  }),
  exportLedger: subscription({
    summary: 'The attempts to open a connection as a file, newest first',
    permission: 'isolation.view',
    audit: change('egress-ledger.exported'),
    onReserve: true,
    input: LedgerFilter.extend({ format: ExportFormat }),
    output: ExportPiece,
  }),
  exportAudit: subscription({
    summary: 'The audit events as a file, newest first',
    permission: 'isolation.view',
    audit: change('audit.exported'),
    onReserve: true,
    input: AuditFilter.extend({ format: ExportFormat }),
    output: ExportPiece,
  }),
};
