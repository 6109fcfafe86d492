import { eventIterator, oc } from '@orpc/contract';
import type { z } from 'zod';
import type { Permission } from './permissions';
import type { SignInNeed } from './values';

/**
 * What a call leaves in the audit chain. A `change` is written in the transaction of what it changes,
 * by the capability itself, and the door refuses a change that left none. A `view` is written by the
 * door, once per session, event and 15 minutes.
 */
export interface AuditRule {
  readonly event: string;
  readonly kind: 'change' | 'view';
}

/** What every procedure states besides its input and output. */
export interface ProcedureMeta {
  readonly permission: Permission;
  readonly audit: AuditRule;
  /** The largest input in bytes as it travels. */
  readonly maxBytes: number;
  /** Whether the caller must have proved within the last five minutes who they are ({@link STEP_UP_MS}). */
  readonly stepUp: boolean;
  /**
   * Whether a change may be made on the reserve of a full volume: it frees room, takes data out, or lets somebody in
   * who may do so. Views always may.
   */
  readonly onReserve: boolean;
  /**
   * Whether what it answers is for this call alone and kept nowhere, not even to be answered again under an idempotency
   * key: a secret that is shown once, or what a grant that ends lets somebody read.
   */
  readonly answerIsSecret: boolean;
  /** What a sign-in may still wait for while it is called; without it an unfinished sign-in opens nothing. */
  readonly duringSignIn: readonly SignInNeed[];
  /** Where the procedure is found under `/api/v1`. */
  readonly summary: string;
}

/** How old the proof of who somebody is may be where a procedure demands a fresh one, in milliseconds. */
export const STEP_UP_MS = 5 * 60_000;

const DEFAULT_MAX_BYTES = 256 * 1024;

const base = oc.$meta<Partial<ProcedureMeta>>({});

interface Statement<I extends z.ZodType, O extends z.ZodType> {
  readonly summary: string;
  readonly permission: Permission;
  readonly audit: AuditRule;
  readonly input: I;
  readonly output: O;
  readonly maxBytes?: number;
  readonly stepUp?: boolean;
  readonly onReserve?: boolean;
  readonly answerIsSecret?: boolean;
  readonly duringSignIn?: readonly SignInNeed[];
}

function metaOf(statement: Statement<z.ZodType, z.ZodType>): ProcedureMeta {
  const { maxBytes = DEFAULT_MAX_BYTES, stepUp = false, onReserve = false, duringSignIn = [] } = statement;
  const { summary, permission, audit, answerIsSecret = false } = statement;
  return { summary, permission, audit, maxBytes, stepUp, onReserve, answerIsSecret, duringSignIn };
}

/** A procedure that answers once. */
export function procedure<I extends z.ZodType, O extends z.ZodType>(statement: Statement<I, O>) {
  return base.meta(metaOf(statement)).input(statement.input).output(statement.output);
}

/** A procedure that answers with a stream of values until it is done or the caller leaves. */
export function subscription<I extends z.ZodType, O extends z.ZodType>(statement: Statement<I, O>) {
  return base.meta(metaOf(statement)).input(statement.input).output(eventIterator(statement.output));
}

/** An event that changes something. */
export function change(event: string): AuditRule {
  return { event, kind: 'change' };
}

/** An event that only shows something. */
export function view(event: string): AuditRule {
  return { event, kind: 'view' };
}
