import { parentPort, workerData } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { type contract, TENANT_HEADER } from '../../../src/contract';
import { type Load, runLoad, type Timing } from '../support/load';
import { QUESTION } from '../support/question';

/* A window: a thread of its own that knows the engine by nothing but its message port. */
const { port, tenant } = workerData as { port: import('node:worker_threads').MessagePort; tenant: string };
const client: ContractRouterClient<typeof contract> = createORPCClient(
  new RPCLink({ port, headers: () => ({ [TENANT_HEADER]: tenant }) }),
);
port.start();

async function ask(model: string): Promise<Timing> {
  const begun = performance.now();
  let first = 0;
  let isWhole = false;
  const events = await client.tenant.assistant.ask({ content: QUESTION, options: { modelOverride: model } });
  for await (const event of events) {
    if (event.type === 'text' && first === 0) first = performance.now() - begun;
    if (event.type === 'finished') isWhole = event.message.outcome === 'answered';
  }
  if (!isWhole) throw new Error('the answer is not whole');
  return { first, total: performance.now() - begun };
}

parentPort?.on('message', async (load: Load) => {
  try {
    parentPort?.postMessage({ result: await runLoad(load, ask) });
  } catch (problem) {
    parentPort?.postMessage({ problem: problem instanceof Error ? problem.stack : String(problem) });
  }
});
