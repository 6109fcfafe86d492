import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { WindowPort } from '../../../src/adapters/custodianLink';
import { type contract, TENANT_HEADER } from '../../../src/contract';
import type { Engine } from '../../../src/engine';
import { createWindowTransport } from '../../../src/hosts/windowTransport';
import { MemoryLog } from './fakes';

type ClientContext = { tenant?: string };

/** The contract as a window calls it. */
export type TestClient = ContractRouterClient<typeof contract, ClientContext>;

let windows = 0;

/** A window over a real message port: the same transport, client and messages as in the console. */
export function openTestWindow(engine: Engine, credential: string | null = null) {
  const { port1, port2 } = new MessageChannel();
  const kept: { credential: string | null } = { credential };
  windows += 1;
  createWindowTransport({
    engine,
    log: new MemoryLog(),
    onCredential: (_window, next) => {
      kept.credential = next;
    },
  }).serve({ id: `test-${windows}`, port: asWindowPort(port2), credential });
  const link = new RPCLink<ClientContext>({
    port: port1,
    headers: ({ context }) => (context.tenant ? { [TENANT_HEADER]: context.tenant } : {}),
  });
  port1.start();
  const client: TestClient = createORPCClient(link);
  return { client, kept, port: port1, close: () => port1.close() };
}

/** A port of this process as the transport takes it. */
export function asWindowPort(port: import('node:worker_threads').MessagePort): WindowPort {
  return {
    on: (event, listener) => port.on(event as 'message', (data: unknown) => listener({ data })),
    postMessage: (message, transfer) => port.postMessage(message, (transfer ?? []) as never),
    start: () => port.start(),
    close: () => port.close(),
  };
}

/** The context that addresses a tenant. */
export function at(tenant: string): { context: ClientContext } {
  return { context: { tenant } };
}
