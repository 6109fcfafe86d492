import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { RouterClient } from '@orpc/server';
import type { TinyRouter } from '../tinyRouter';
import { probes } from './probes';

const PATIENCE_MS = 15_000;

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
  const engine: RouterClient<TinyRouter> = createORPCClient(new RPCLink({ port }));
  page.engine = engine;
  port.addEventListener('close', () => {
    page.engine = null;
  });
  port.start();
  void obey(engine);
});

/** Tries what it was told to, where no test can call it, and says what came of it. */
async function obey(engine: RouterClient<TinyRouter>): Promise<void> {
  const orders = await engine.orders();
  if (orders.length === 0) return;
  const results: unknown[] = [];
  for (const [name, ...given] of orders) {
    const probe = Reflect.get(probes, name) as (...given: unknown[]) => unknown;
    const tried = Promise.resolve(given).then((values) => probe(...values));
    results.push(await Promise.race([tried.catch(String), patience()]));
  }
  await engine.report(results);
}

/** A probe that asks a person something waits for ever when nothing refuses it. */
function patience(): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('no answer'), PATIENCE_MS));
}
