import { arch, cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ConsoleError } from '../../contract';
import type { PasswordCost, PasswordHasher } from '../../engine/ports';
import { FEWEST_PASSES, MEMORY_KIB, passesOf } from './cost';
import type { HashAnswer, HashJob, HashQuestion, HashResult } from './protocol';

/** Jobs that may wait; at about a quarter of a second each, those behind would give up anyway. */
const WAITING = 100;
/** What a hash is to take on an idle core. */
const TARGET_MS = 250;
const RETRY_AFTER_MS = 5_000;

interface Waiting {
  readonly resolve: (result: HashResult) => void;
  readonly reject: (error: unknown) => void;
}

/** A hasher with a thread of its own, which is to be closed. */
export interface WorkerPasswordHasher extends PasswordHasher {
  close(): Promise<void>;
}

function machine(): string {
  const cores = cpus();
  return `${cores[0]?.model.trim() || 'unknown processor'}, ${cores.length} × ${arch()}`;
}

/**
 * Hashes passwords with argon2id (64 MiB; three passes until it is tuned) on one thread, one after the other, so that a flood of
 * sign-ins takes one core and no thread of the databases.
 * @param entry the worker's file: `hashWorker` as it lies beside the bundle
 */
export function createPasswordHasher(entry: URL): WorkerPasswordHasher {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let jobs = 0;
  let isClosed = false;
  let passes = FEWEST_PASSES;

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

  function ask(question: HashQuestion): Promise<HashResult> {
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
    hash: async (password) => String(await ask({ kind: 'hash', password, passes })),
    verify: async (password, phc) => (await ask({ kind: 'verify', password, phc, passes })) === true,
    isOutdated: (phc) => passesOf(phc) < passes,
    tuning: {
      machine: machine(),
      targetMs: TARGET_MS,
      measure: async () => (await ask({ kind: 'measure', targetMs: TARGET_MS })) as PasswordCost,
      use(cost) {
        if (cost.memoryKiB !== MEMORY_KIB || cost.passes < FEWEST_PASSES) {
          throw new RangeError('a password costs at least what RFC 9106 recommends');
        }
        passes = cost.passes;
      },
    },
    async close() {
      isClosed = true;
      const running = worker;
      fail(new ConsoleError('HOST_RESTARTING'));
      await running?.terminate();
    },
  };
}
