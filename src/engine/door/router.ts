import { AsyncLocalStorage } from 'node:async_hooks';
import { type AnyRouter, ORPCError, os } from '@orpc/server';
import { ConsoleError, contract, ERRORS, isConsoleError } from '../../contract';
import type { Page } from '../ports';
import type { CallResult } from './door';
import { listProcedures } from './procedures';

/** What a transport gives with each call. */
export interface TransportContext {
  /** The transport's name for where the call comes from: `window:3`. */
  readonly source: string;
  /** The page that it speaks with, where passkeys can be used there. */
  readonly page?: Page | null;
  /** Tenant's id or domain of a `tenant.*` call. */
  tenant(): string | null;
  /** What goes with a call, renewed where it is about to end. */
  credential(): Promise<string | null>;
  keepCredential(credential: string | null): void;
}

/** Size in bytes of the message that a call came in, set by the transport around its handling. */
export const messageSize = new AsyncLocalStorage<number>();

interface Caller {
  call(request: {
    scope: 'installation' | 'tenant';
    tenant: string | null;
    name: string;
    input: unknown;
    credential: string | null;
    source: string;
    page: Page | null;
    signal: AbortSignal;
    bytes: number;
  }): Promise<CallResult>;
}

/** An error as it travels: its code, its words and what to do next. */
export function toTransportError(problem: unknown): ORPCError<string, unknown> {
  const known = isConsoleError(problem) ? problem : new ConsoleError('INTERNAL');
  const { status } = ERRORS[known.code];
  return new ORPCError(known.code, { status, message: known.message, data: known.detail });
}

async function* withTransportErrors(stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* stream;
  } catch (problem) {
    throw toTransportError(problem);
  }
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/**
 * Builds the router of both transports from the contract: every procedure does the same, it goes to the
 * engine. Schemas, permissions and audit are the door's.
 */
export function buildRouter(engine: Caller): AnyRouter {
  const base = os.$context<TransportContext>();

  function procedureOf(scope: 'installation' | 'tenant', name: string) {
    return base.handler(async ({ input, context, signal }) => {
      try {
        const result = await engine.call({
          scope,
          tenant: scope === 'tenant' ? context.tenant() : null,
          name,
          input,
          credential: await context.credential(),
          source: context.source,
          page: context.page ?? null,
          signal: signal ?? new AbortController().signal,
          bytes: messageSize.getStore() ?? 0,
        });
        if (result.credential !== undefined) context.keepCredential(result.credential);
        return isStream(result.output) ? withTransportErrors(result.output) : result.output;
      } catch (problem) {
        throw toTransportError(problem);
      }
    });
  }

  type Branch = { [name: string]: Branch | ReturnType<typeof procedureOf> };
  const router: Branch = {};
  for (const scope of ['installation', 'tenant'] as const) {
    for (const [name] of listProcedures(contract[scope])) {
      const parts = [scope, ...name.split('.')];
      const last = parts.pop() ?? '';
      const branch = parts.reduce<Branch>((place, part) => {
        const next = (place[part] ?? {}) as Branch;
        place[part] = next;
        return next;
      }, router);
      branch[last] = procedureOf(scope, name);
    }
  }
  return router as AnyRouter;
}
