import { hashSync } from '@node-rs/argon2';
import type { PasswordCost } from '../../engine/ports';

/** KiB of memory of the second recommended option of RFC 9106 (4.); no hash takes less. */
export const MEMORY_KIB = 65_536;
/** Passes of the same option, at least. */
export const FEWEST_PASSES = 3;
/** So that a machine that measures oddly does not keep anybody waiting for seconds. */
const MOST_PASSES = 32;
const TRIES = 4;

/** argon2id (the library's default) with this memory and so many passes. */
export function costOf(passes: number): { memoryCost: number; timeCost: number; parallelism: number } {
  return { memoryCost: MEMORY_KIB, timeCost: passes, parallelism: 1 };
}

/** How many passes a PHC string was made with, at the memory that all have; 0 when it does not say. */
export function passesOf(phc: string): number {
  const [, memory, passes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),/.exec(phc) ?? [];
  return Number(memory) >= MEMORY_KIB ? Number(passes) : 0;
}

function fastest(passes: number): number {
  const times = Array.from({ length: TRIES }, () => {
    const begun = performance.now();
    hashSync('a password of common length', costOf(passes));
    return performance.now() - begun;
  });
  return Math.min(...times);
}

/**
 * Chooses the passes with which a hash takes about so long on this machine. The fastest of a few tries counts: what else runs
 * meanwhile makes a try slower, and never faster.
 * @param targetMs milliseconds on an idle core
 */
export function measureCost(targetMs: number): PasswordCost {
  const perPass = fastest(FEWEST_PASSES) / FEWEST_PASSES;
  const passes = Math.min(MOST_PASSES, Math.max(FEWEST_PASSES, Math.round(targetMs / perPass)));
  return { memoryKiB: MEMORY_KIB, passes, ms: Math.round(fastest(passes)) };
}
