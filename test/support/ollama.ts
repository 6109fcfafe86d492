import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A real Ollama server that a test started, with models of its own. */
export interface RealOllama {
  readonly baseUrl: string;
  readonly child: ChildProcess;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The Ollama binary: named by RISCURA_OLLAMA, built into the cache, or on the path. `null` when there is none. */
export function findOllama(): string | null {
  const named = process.env.RISCURA_OLLAMA;
  if (named) return existsSync(named) ? named : null;
  const caches = [
    process.env.RISCURA_CACHE,
    '/var/cache/riscura-console',
    process.env.HOME && join(process.env.HOME, '.cache', 'riscura-console'),
  ];
  for (const cache of caches) {
    const folder = cache ? join(cache, 'ollama') : '';
    if (folder === '' || !existsSync(folder)) continue;
    for (const version of readdirSync(folder).sort().reverse()) {
      const binary = join(folder, version, 'ollama');
      if (existsSync(binary)) return binary;
    }
  }
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'ollama'));
  return onPath.find((file) => existsSync(file)) ?? null;
}

/** Starts `ollama serve` on a free port with an empty store; nothing of it leaves this machine. */
export async function startOllama(binary: string): Promise<RealOllama> {
  const store = mkdtempSync(join(tmpdir(), 'ollama-'));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const start = (): ChildProcess =>
    spawn(binary, ['serve'], {
      env: {
        PATH: process.env.PATH,
        HOME: store,
        OLLAMA_HOST: `127.0.0.1:${port}`,
        OLLAMA_MODELS: join(store, 'models'),
        OLLAMA_KEEP_ALIVE: '60s',
      },
      stdio: 'ignore',
      detached: true,
    });
  const server = { child: start() };
  await answers(baseUrl);
  const end = async (): Promise<void> => {
    const { child } = server;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    // The whole group: the server's runners are processes of their own.
    process.kill(-child.pid, 'SIGKILL');
    await exited;
  };
  return {
    baseUrl,
    get child() {
      return server.child;
    },
    restart: async () => {
      await end();
      server.child = start();
      await answers(baseUrl);
    },
    stop: async () => {
      await end();
      rmSync(store, { recursive: true, force: true });
    },
  };
}

async function answers(baseUrl: string): Promise<void> {
  const until = Date.now() + 20_000;
  for (;;) {
    const response = await fetch(`${baseUrl}/api/version`).catch(() => null);
    if (response?.ok) return;
    if (Date.now() > until) throw new Error('the Ollama server does not answer');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
