import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../support/freePort';
import { checkout } from './bundles';

/** The gateways that the console is held against, as scripts that listen at a port. */
const SCRIPTS = {
  portkey: 'node_modules/@portkey-ai/gateway/build/start-server.js',
  llmops: 'test/bench/processes/llmops.mjs',
} as const;
const READY_MS = 20_000;
const TRY_MS = 50;

/** Starts the gateway of an npm package under plain Node. */
export async function startGateway(
  name: keyof typeof SCRIPTS,
): Promise<{ origin: string; stop(): Promise<void> }> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(checkout, SCRIPTS[name]), `--port=${port}`, '--headless'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const exited = once(child, 'exit');
  const deadline = performance.now() + READY_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`${name} does not start`);
    await wait(TRY_MS);
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await exited;
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
