import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { RouterClient } from '@orpc/server';
import type { TinyRouter } from '../tinyRouter';
import { probes } from './probes';

/** What a test reaches from the page. */
export interface TinyPage {
  /** How many ports came so far. */
  ports: number;
  engine: RouterClient<TinyRouter> | null;
  readonly probes: typeof probes;
}

const page: TinyPage = { ports: 0, engine: null, probes };
Object.assign(globalThis, { tiny: page });

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const [port] = event.ports;
  if (event.source !== window || !port) return;
  page.ports += 1;
  page.engine = createORPCClient(new RPCLink({ port }));
  port.addEventListener('close', () => {
    page.engine = null;
  });
  port.start();
});
