/**
 * Latencies are kept as counts in classes that grow by 4 %, so that a percentile over any number of queries
 * is a sum over a few hundred rows and off by at most 2 %.
 */
const GROWTH = Math.log(1.04);

/** @param milliseconds at least 0 */
export function latencyClass(milliseconds: number): number {
  return Math.round(Math.log(Math.max(milliseconds, 0.1)) / GROWTH);
}

/** The middle of a class in milliseconds. */
export function latencyOf(latencyClass: number): number {
  return Math.exp(latencyClass * GROWTH);
}

/**
 * @param classes class and how many queries fell into it, in rising order
 * @param share 0.5 for the median, 0.95 for the 95th percentile
 * @returns milliseconds, `null` when there was no query
 */
export function percentile(classes: readonly (readonly [number, number])[], share: number): number | null {
  const total = classes.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const [value, count] of classes) {
    seen += count;
    if (seen >= total * share) return latencyOf(value);
  }
  return null;
}
