import { z } from 'zod';
import { Role } from '../permissions';
import { change, procedure, view } from '../procedure';
import { Id, Timestamp, Title } from '../values';

/** What a tenant may put under the word of a second person. */
export const ApprovalAct = z.enum([
  'tenant-delete',
  'decrypted-export',
  'key-rotation',
  'recovery-kit',
  'break-glass',
  'approval-policy',
]);
export type ApprovalAct = z.infer<typeof ApprovalAct>;

/** Why something needs a second person, in the words of whoever asks for it. */
const Reason = z.string().trim().min(1).max(500);

export const ApprovalPolicy = z.object({
  /** The acts that take a second person. `approval-policy` is among them whenever one binds the tenant’s own people. */
  acts: z.array(ApprovalAct),
  /** How long a request stands, and the word given to it, in hours. */
  hours: z.number().int().min(1).max(168),
  /** How many accounts could give their word now. */
  deciders: z.number().int(),
});
export type ApprovalPolicy = z.infer<typeof ApprovalPolicy>;

export const ApprovalState = z.enum(['pending', 'approved', 'denied', 'used', 'expired']);
export type ApprovalState = z.infer<typeof ApprovalState>;

const Person = z.object({ id: Id, name: Title });

export const ApprovalRequest = z.object({
  id: Id,
  act: ApprovalAct,
  reason: z.string(),
  state: ApprovalState,
  requestedBy: Person.extend({ role: Role }),
  requestedAt: Timestamp,
  expiresAt: Timestamp,
  decidedBy: Person.nullable(),
  decidedAt: Timestamp.nullable(),
  /** Whether the caller may give or refuse their word now. */
  mine: z.boolean(),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

export const approvals = {
  policy: procedure({
    summary: 'What takes the word of a second person in this tenant',
    permission: 'session',
    audit: view('approvals.policy-viewed'),
    input: z.object({}),
    output: ApprovalPolicy,
  }),
  setPolicy: procedure({
    summary: 'Choose what takes the word of a second person; to loosen it takes one too',
    permission: 'access.manage',
    audit: change('approvals.policy-set'),
    stepUp: true,
    input: ApprovalPolicy.pick({ acts: true, hours: true }),
    output: ApprovalPolicy,
  }),
  list: procedure({
    summary: 'Requests for the word of a second person, newest first: one’s own, or all for those who decide',
    permission: 'session',
    audit: view('approvals.listed'),
    input: z.object({}),
    output: z.array(ApprovalRequest),
  }),
  request: procedure({
    summary: 'Ask for the word of a second person',
    permission: 'session',
    audit: change('approval.requested'),
    input: z.object({ act: ApprovalAct, reason: Reason }),
    output: ApprovalRequest,
  }),
  decide: procedure({
    summary: 'Give or refuse one’s word to what somebody else wants to do',
    permission: 'approvals.decide',
    audit: change('approval.decided'),
    stepUp: true,
    input: z.object({ id: Id, approve: z.boolean() }),
    output: ApprovalRequest,
  }),
};
