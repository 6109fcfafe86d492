import { Worker } from 'node:worker_threads';
import { ConsoleError } from '../../contract';
import type { PasswordHasher } from '../../engine/ports';
import type { HashAnswer, HashJob } from './protocol';

/** Jobs that may wait; at about a tenth of a second each, those behind would give up anyway. */
const WAITING = 100;
const RETRY_AFTER_MS = 5_000;

type Ask = { kind: 'hash'; password: string } | { kind: 'verify'; password: string; phc: string | null };

interface Waiting {
  readonly resolve: (result: string | boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** A hasher with a thread of its own, which is to be closed. */
export interface WorkerPasswordHasher extends PasswordHasher {
  close(): Promise<void>;
}

/**
 * Hashes passwords with argon2id (64 MiB, three passes) on one thread, one after the other, so that a flood of
 * sign-ins takes one core and no thread of the databases.
 * @param entry the worker's file: `hashWorker` as it lies beside the bundle
 */
export function createPasswordHasher(entry: URL): WorkerPasswordHasher {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let jobs = 0;
  let isClosed = false;

  function fail(error: ConsoleError): void {
    worker = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  function start(): Worker {
    const started = new Worker(entry);
    started.unref();
    started.on('message', (answer: HashAnswer) => {
      const job = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) started.unref();
      if ('result' in answer) job?.resolve(answer.result);
      else job?.reject(new ConsoleError('INTERNAL', {}, new Error(answer.problem)));
    });
    started.on('error', (cause) => fail(new ConsoleError('HOST_RESTARTING', {}, cause)));
    started.on('exit', () => {
      if (worker === started) fail(new ConsoleError('HOST_RESTARTING'));
    });
    return started;
  }

  function ask(question: Ask): Promise<string | boolean> {
    if (isClosed) return Promise.reject(new ConsoleError('HOST_RESTARTING'));
    if (waiting.size >= WAITING) {
      return Promise.reject(new ConsoleError('TOO_MANY_TRIES', { retryAfterMs: RETRY_AFTER_MS }));
    }
    worker ??= start();
    const target = worker;
    jobs += 1;
    const job: HashJob = { id: jobs, ...question };
    return new Promise((resolve, reject) => {
      waiting.set(job.id, { resolve, reject });
      target.ref();
      target.postMessage(job);
    });
  }

  return {
    hash: async (password) => String(await ask({ kind: 'hash', password })),
    verify: async (password, phc) => (await ask({ kind: 'verify', password, phc })) === true,
    async close() {
      isClosed = true;
      const running = worker;
      fail(new ConsoleError('HOST_RESTARTING'));
      await running?.terminate();
    },
  };
}
