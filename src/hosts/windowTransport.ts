import { RPCHandler } from '@orpc/server/message-port';
import type { WindowPort } from '../adapters/custodianLink';
import { ConsoleError, TENANT_HEADER } from '../contract';
import type { Engine } from '../engine';
import { buildRouter, messageSize, type TransportContext, toTransportError } from '../engine/door';
import type { Log } from '../engine/ports';

/** A message above this closes the port: nothing of ours is near it, and reading it would cost too much. */
const LARGEST_MESSAGE = 64 * 1024 * 1024;

interface Window {
  readonly id: string;
  readonly port: WindowPort;
  readonly credential: string | null;
}

interface WindowContext extends TransportContext {
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

interface WindowTransportOptions {
  readonly engine: Engine;
  readonly log: Log;
  /** Called when a call gave the window a credential, or took it. */
  readonly onCredential: (window: string, credential: string | null) => void;
}

/** Speaks the contract with windows over their message ports. */
export function createWindowTransport({ engine, log, onCredential }: WindowTransportOptions): {
  serve(window: Window): void;
} {
  const handler = new RPCHandler<WindowContext>(buildRouter(engine), {
    interceptors: [
      async (options) => {
        const headers = options.request.headers;
        const result = await options.next({ ...options, context: withTenant(options.context, headers) });
        if (!result.matched) throw toTransportError(new ConsoleError('UNKNOWN_PROCEDURE'));
        return result;
      },
    ],
  });

  return {
    serve({ id, port, credential }) {
      let kept = credential;
      handler.upgrade(measured(port, id, log), {
        context: {
          source: `window:${id}`,
          headers: {},
          tenant: () => null,
          credential: () => kept,
          keepCredential(next) {
            kept = next;
            onCredential(id, next);
          },
        },
      });
      port.start();
    },
  };
}

function withTenant(context: WindowContext, headers: WindowContext['headers']): WindowContext {
  const value = headers[TENANT_HEADER];
  return { ...context, tenant: () => (typeof value === 'string' && value !== '' ? value : null) };
}

function sizeOf(message: unknown): number {
  if (typeof message === 'string') return Buffer.byteLength(message);
  if (message instanceof ArrayBuffer || ArrayBuffer.isView(message)) return message.byteLength;
  return 0;
}

/** The port with the size of each message known to the door while it is handled. */
function measured(port: WindowPort, window: string, log: Log) {
  return {
    on(event: string, callback: (event?: { data: unknown }) => void) {
      if (event !== 'message') return port.on(event, callback);
      return port.on(event, (message) => {
        const bytes = sizeOf(message?.data);
        if (bytes > LARGEST_MESSAGE) {
          log.warn('a window sent more than is ever right', { window, bytes });
          return port.close();
        }
        messageSize.run(bytes, () => callback(message));
      });
    },
    postMessage(message: unknown, transfer?: unknown[]) {
      port.postMessage(message, transfer);
    },
  };
}
