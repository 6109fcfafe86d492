import { setTimeout as wait } from 'node:timers/promises';
import { isConsoleError } from '../../../src/contract';

/** What came of a noisy tenant's calls. */
export interface NoiseResult {
  readonly answered: number;
  readonly refused: number;
}

/** Calls until the signal aborts; whoever is refused comes again when the refusal says, and no sooner. */
export async function makeNoise(
  callers: number,
  signal: AbortSignal,
  call: () => Promise<unknown>,
): Promise<NoiseResult> {
  const counts = { answered: 0, refused: 0 };
  const caller = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await call();
        counts.answered += 1;
      } catch (problem) {
        if (!isConsoleError(problem) || problem.detail.retryAfterMs === undefined) throw problem;
        counts.refused += 1;
        await pause(problem.detail.retryAfterMs, signal);
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return counts;
}

/** Calls at a steady rate, whatever becomes of the calls before, until the signal aborts. */
export async function makeSteadyNoise(
  aMinute: number,
  signal: AbortSignal,
  call: () => Promise<unknown>,
): Promise<NoiseResult> {
  const counts = { answered: 0, refused: 0 };
  const running = new Set<Promise<void>>();
  const once = async (): Promise<void> => {
    try {
      await call();
      counts.answered += 1;
    } catch (problem) {
      if (!isConsoleError(problem) || problem.code !== 'RATE_LIMITED') throw problem;
      counts.refused += 1;
    }
  };
  while (!signal.aborted) {
    const one = once().finally(() => running.delete(one));
    running.add(one);
    await pause(60_000 / aMinute, signal);
  }
  await Promise.all(running);
  return counts;
}

/** Milliseconds that each call takes of callers who think between their calls, until the signal aborts. */
export async function askQuietly(
  callers: readonly (() => Promise<unknown>)[],
  thinkMs: number,
  signal: AbortSignal,
): Promise<number[]> {
  const taken: number[] = [];
  const ask = async (call: () => Promise<unknown>): Promise<void> => {
    while (!signal.aborted) {
      const begun = performance.now();
      await call();
      taken.push(performance.now() - begun);
      await pause(thinkMs * (0.5 + Math.random()), signal);
    }
  };
  await Promise.all(callers.map(ask));
  return taken;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return wait(milliseconds, undefined, { signal }).catch(() => undefined);
}
