import { parentPort } from 'node:worker_threads';
import { hashSync, verifySync } from '@node-rs/argon2';
import type { HashAnswer, HashJob } from './protocol';

// This file runs in a worker thread of its own. The synchronous calls are meant: the asynchronous ones would use
// the pool of threads that the databases of the process need.

/** argon2id (the library's default) with the second recommended option of RFC 9106: 64 MiB, three passes. */
const COST = { memoryCost: 65_536, timeCost: 3, parallelism: 1 };

/** Hashed once, so that a check without an account costs what a check with one costs. */
const nobody = hashSync('nobody has this password', COST);

function work(job: HashJob): string | boolean {
  if (job.kind === 'hash') return hashSync(job.password, COST);
  const isRight = verifySync(job.phc ?? nobody, job.password);
  return job.phc !== null && isRight;
}

parentPort?.on('message', (job: HashJob) => {
  let answer: HashAnswer;
  try {
    answer = { id: job.id, result: work(job) };
  } catch (error) {
    answer = { id: job.id, problem: error instanceof Error ? error.message : 'the hash could not be made' };
  }
  parentPort?.postMessage(answer);
});
