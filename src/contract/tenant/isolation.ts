import { z } from 'zod';
import { procedure, view } from '../procedure';
import { EgressAttempt } from '../residency';
import { Page, Timestamp } from '../values';

/** One event of the tenant's audit chain, without any word of a conversation. */
export const AuditEventView = z.object({
  sequence: z.number().int(),
  at: Timestamp,
  event: z.string(),
  actor: z.string(),
  target: z.string().nullable(),
  outcome: z.enum(['intent', 'done', 'failed', 'refused']),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  hash: z.string(),
});
export type AuditEventView = z.infer<typeof AuditEventView>;

export const isolation = {
  ledger: procedure({
    summary: 'Every attempt of the tenant to open a connection, newest first',
    permission: 'isolation.view',
    audit: view('egress-ledger.viewed'),
    input: Page,
    output: z.object({ attempts: z.array(EgressAttempt), next: z.string().nullable() }),
  }),
  audit: procedure({
    summary: 'The audit events of the tenant, newest first',
    permission: 'isolation.view',
    audit: view('audit.viewed'),
    input: Page,
    output: z.object({ events: z.array(AuditEventView), next: z.string().nullable() }),
  }),
};
