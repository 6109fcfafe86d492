import { z } from 'zod';
import { change, procedure, view } from '../procedure';
import { Id, Page, Timestamp, Title } from '../values';
import { Conversation, Message } from './assistant';
import { IssuedInvitation, Person } from './people';

/** A grant under which an operator may read the conversations of a tenant for a while. */
export const BreakGlassGrant = z.object({
  id: Id,
  operator: z.object({ id: Id, name: Title }),
  reason: z.string(),
  begunAt: Timestamp,
  expiresAt: Timestamp,
  /** When it was ended before its time, and by whom. */
  endedAt: Timestamp.nullable(),
  endedBy: z.string().nullable(),
  active: z.boolean(),
  /** How often something was looked at under it. */
  views: z.number().int(),
});
export type BreakGlassGrant = z.infer<typeof BreakGlassGrant>;

/** Somebody who administers the tenant, as an operator with a grant sees them. */
export const Administrator = Person.pick({
  id: true,
  name: true,
  email: true,
  state: true,
  origin: true,
  hasSecondFactor: true,
  lastSignInAt: true,
});
export type Administrator = z.infer<typeof Administrator>;

export const breakGlass = {
  begin: procedure({
    summary: 'Take a grant to read the tenant’s conversations for a while; the tenant sees it',
    permission: 'break-glass.use',
    audit: change('break-glass.begun'),
    stepUp: true,
    input: z.object({
      reason: z.string().trim().min(10).max(500),
      minutes: z.number().int().min(5).max(240),
    }),
    output: BreakGlassGrant,
  }),
  end: procedure({
    summary: 'End a grant before its time',
    permission: 'access.view',
    audit: change('break-glass.ended'),
    input: z.object({ id: Id }),
    output: BreakGlassGrant,
  }),
  list: procedure({
    summary: 'All grants under which an operator could read conversations, newest first',
    permission: 'access.view',
    audit: view('break-glass.listed'),
    input: z.object({}),
    output: z.array(BreakGlassGrant),
  }),
  current: procedure({
    summary: 'Whether an operator can read conversations at this moment, for everybody in the tenant',
    permission: 'session',
    audit: view('break-glass.current-viewed'),
    input: z.object({}),
    output: z.array(BreakGlassGrant.pick({ id: true, operator: true, begunAt: true, expiresAt: true })),
  }),
  conversations: procedure({
    summary: 'The conversations of everybody, under a grant',
    permission: 'break-glass.use',
    audit: change('break-glass.conversations-listed'),
    answerIsSecret: true,
    input: Page.extend({ grant: Id }),
    output: z.object({
      conversations: z.array(Conversation.extend({ owner: z.string() })),
      next: z.string().nullable(),
    }),
  }),
  read: procedure({
    summary: 'One conversation of somebody, under a grant',
    permission: 'break-glass.use',
    audit: change('break-glass.conversation-read'),
    answerIsSecret: true,
    input: z.object({ grant: Id, id: Id }),
    output: z.object({ conversation: Conversation, messages: z.array(Message) }),
  }),
  administrators: procedure({
    summary: 'Who administers the tenant, under a grant',
    permission: 'break-glass.use',
    audit: change('break-glass.administrators-listed'),
    answerIsSecret: true,
    input: z.object({ grant: Id }),
    output: z.array(Administrator),
  }),
  recoverAdministrator: procedure({
    summary:
      'Give an administrator who cannot get in a code for a new password, under a grant; their sessions end',
    permission: 'break-glass.use',
    audit: change('break-glass.administrator-recovered'),
    answerIsSecret: true,
    stepUp: true,
    input: z.object({ grant: Id, id: Id, resetSecondFactor: z.boolean() }),
    output: IssuedInvitation,
  }),
};
