import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { os } from '@orpc/server';
import { z } from 'zod';
import type { Custodian, EngineWindow, Host } from '../../../src/adapters/custodianLink';
import { isConsoleError } from '../../../src/contract';

/** What a page that no test can reach is told to try: the name of a probe and what it is given. */
export const ORDERS = 'tiny-orders.json';
const Orders = z.array(z.tuple([z.string()], z.unknown()));

/** What came of each order, in turn. */
export const REPORT = 'tiny-report.json';

const Kind = z.enum(['model', 'embedding', 'parser']);
const TenantId = z.object({ tenantId: z.string() });

/** What a page can ask of the tiny engine: each answers what the custodian did. */
export function tinyRouter({ keystore, hosts }: Custodian, window: EngineWindow, folder: string) {
  const running = new Map<string, Host>();
  return {
    who: os.handler(() => ({ pid: process.pid, window: window.id, credential: window.credential })),
    environment: os.handler(() => ({ ...process.env })),
    remember: os
      .input(z.string().nullable())
      .handler(({ input }) => keystore.rememberCredential(window.id, input)),
    hang: os.handler(() => {
      for (;;) Math.random();
    }),
    keystoreState: os.handler(() => keystore.state()),
    createTenantKey: os
      .input(TenantId)
      .handler(({ input }) => outcome(keystore.createKey({ kind: 'tenant', ...input }).then(hex))),
    readTenantKey: os
      .input(TenantId)
      .handler(({ input }) => outcome(keystore.readKey({ kind: 'tenant', ...input }).then(hex))),
    orders: os.handler(() => {
      const file = join(folder, ORDERS);
      return existsSync(file) ? Orders.parse(JSON.parse(readFileSync(file, 'utf8'))) : [];
    }),
    report: os.input(z.array(z.unknown())).handler(({ input }) => {
      const file = join(folder, REPORT);
      writeFileSync(`${file}.new`, JSON.stringify(input));
      renameSync(`${file}.new`, file);
    }),
    states: os.handler(() => hosts.states()),
    spawn: os.input(Kind).handler(({ input }) =>
      outcome(
        hosts.spawn(input).then((host) => {
          running.set(host.id, host);
          return host.id;
        }),
      ),
    ),
    ask: os
      .input(z.object({ id: z.string(), words: z.string() }))
      .handler(({ input }) => askHost(running.get(input.id), input.words)),
    killHost: os.input(z.string()).handler(({ input }) => running.get(input)?.kill()),
    hostExited: os.input(z.string()).handler(async ({ input }) => {
      await running.get(input)?.exited;
      return true;
    }),
  };
}
export type TinyRouter = ReturnType<typeof tinyRouter>;

/** What came of it: the value, or the code of the error. */
async function outcome<Value>(
  work: Promise<Value>,
): Promise<{ value?: Value; code?: string; reason?: string }> {
  try {
    return { value: await work };
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    return { code: error.code, ...(error.detail.reason ? { reason: error.detail.reason } : {}) };
  }
}

function hex(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}

/** Sends a line to a tiny host and answers all it says: nothing, when it dies of it. */
function askHost(host: Host | undefined, words: string): Promise<string> {
  if (!host) throw new Error('no such host');
  const socket = connect(host.socketPath);
  socket.end(`${words}\n`);
  return text(socket).catch(() => '');
}
