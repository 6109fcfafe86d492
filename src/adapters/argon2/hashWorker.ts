import { parentPort } from 'node:worker_threads';
import { hashSync, verifySync } from '@node-rs/argon2';
import { costOf, measureCost, passesOf } from './cost.ts';
import type { HashAnswer, HashJob, HashResult } from './protocol';

// This file runs in a worker thread of its own, in tests as it stands: hence the extension of what it imports. The synchronous calls are meant: the asynchronous ones would use
// the pool of threads that the databases of the process need.

let nobody = { passes: 0, phc: '' };

/** A hash of nobody's, so that a check without an account costs what a check with one costs. */
function nobodyAt(passes: number): string {
  if (nobody.passes !== passes) {
    nobody = { passes, phc: hashSync('nobody has this password', costOf(passes)) };
  }
  return nobody.phc;
}

function verify(password: string, phc: string | null, passes: number): boolean {
  const dummy = nobodyAt(passes);
  const isRight = verifySync(phc ?? dummy, password);
  if (phc === null) return false;
  // A hash from before the cost was raised must not tell by its speed that there is such an account.
  const missing = passes - passesOf(phc);
  if (!isRight && missing > 0) hashSync(password, costOf(missing));
  return isRight;
}

function work(job: HashJob): HashResult {
  if (job.kind === 'measure') return measureCost(job.targetMs);
  if (job.kind === 'hash') return hashSync(job.password, costOf(job.passes));
  return verify(job.password, job.phc, job.passes);
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
