import type { z } from 'zod';
import type { CallResult } from '../../engine/door';
import type { QueryField } from './query';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The request that is being answered, as a route asks the engine in its name. */
export interface Asking {
  /** The credential that came with it. */
  readonly credential: string | null;
  /** The version that `If-Match` demands; `null` for any. @throws ConsoleError PRECONDITION_FAILED */
  versionToMatch(): number | null;
  /** Calls a procedure. @param credential another one than came with the request, where it has none yet */
  call(procedure: ProcedureCall, credential?: string | null): Promise<CallResult>;
  /** @returns access token and refresh secret as a credential */
  refresh(refreshSecret: string): Promise<string>;
  /**
   * Waits for work in which a password is hashed.
   * @throws ConsoleError TOO_BUSY when that is done for too many already
   */
  hashing<Result>(work: () => Promise<Result>): Promise<Result>;
}

export interface ProcedureCall {
  readonly scope: 'installation' | 'tenant';
  /** The tenant's id or domain, where the scope is `tenant`. */
  readonly tenant: string | null;
  readonly name: string;
  readonly input: unknown;
}

/** What is found at one address under `/api/v1`. */
export interface Route {
  readonly method: Method;
  /** With its parameters in braces; `{tenantId}` addresses the tenant, every other one is a field of the input. */
  readonly path: `/${string}`;
  /** The id of the operation in the OpenAPI document: where a procedure of the contract stands behind it, its name. */
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly input: z.ZodType;
  /** What it answers; of a stream, one of its events. */
  readonly output: z.ZodType;
  /** Whether it answers with a stream of events. */
  readonly streams: boolean;
  /** Whether a stream ends by itself with what its caller wants to know, so that it can be answered whole. */
  readonly hasLast: boolean;
  /** The largest body in bytes. */
  readonly maxBytes: number;
  /** Fields that a query string may carry; only of those whose method is GET. */
  readonly query: Readonly<Record<string, QueryField>>;
  /** Whether an idempotency key is heeded. */
  readonly takesKey: boolean;
  /** Whether somebody without a credential may come. */
  readonly isOpen: boolean;
  /** The entity tag of what it answers, where it has one. */
  readonly tagOf: ((output: unknown) => string) | null;
  answer(asking: Asking, tenant: string | null, input: unknown): Promise<CallResult>;
}
