import { cpus } from 'node:os';

const MOST = 4;

/** How many answers the embedded runtime makes at the same time: each has two processors at least. */
export function answersAtOnce(): number {
  return Math.max(1, Math.min(MOST, Math.floor(cpus().length / 2)));
}
