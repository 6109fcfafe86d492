import { ORPCError } from '@orpc/server';
import { StandardRPCHandler } from '@orpc/server/standard';
import { ConsoleError, ErrorCode, TENANT_HEADER } from '../../contract';
import type { Engine } from '../../engine';
import { buildRouter, type TransportContext, toTransportError } from '../../engine/door';

/** Requests of one window or tab at once, streams that are open among them. A screen has about a dozen. */
const MOST_REQUESTS = 128;

/** What a transport gives with each call of a window or tab. */
export interface ClientContext extends TransportContext {
  /** How many requests of it there are at the moment. */
  readonly open: () => number;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Speaks the contract with the console's own interface, over whatever carries the messages. */
export function createRpcHandler(engine: Engine): StandardRPCHandler<ClientContext> {
  return new StandardRPCHandler<ClientContext>(buildRouter(engine), {
    interceptors: [
      async (options) => {
        try {
          if (options.context.open() > MOST_REQUESTS) throw toTransportError(tooMany());
          const context = withTenant(options.context, options.request.headers);
          const result = await options.next({ ...options, context });
          if (!result.matched) throw toTransportError(new ConsoleError('UNKNOWN_PROCEDURE'));
          return result;
        } catch (problem) {
          throw known(problem);
        }
      },
    ],
  });
}

function tooMany(): ConsoleError {
  const reason = `This window has more than ${MOST_REQUESTS} requests open at once.`;
  return new ConsoleError('TOO_BUSY', { reason, retryAfterMs: 1_000 });
}

/** Only codes of the closed set leave: what the protocol itself refuses is a request that is not well formed. */
function known(problem: unknown): unknown {
  if (problem instanceof ORPCError && ErrorCode.safeParse(problem.code).success) return problem;
  return toTransportError(
    new ConsoleError('BAD_INPUT', { reason: 'The request is not well formed.' }, problem),
  );
}

function withTenant(context: ClientContext, headers: Headers): ClientContext {
  const value = headers[TENANT_HEADER];
  return { ...context, tenant: () => (typeof value === 'string' && value !== '' ? value : null) };
}
