export interface RestartLimits {
  /** The wait after the first death; it doubles with each further one. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** How many deaths within the window are forgiven. */
  readonly deaths: number;
  /** A death counts for so long. Whoever has run this long without one starts afresh. */
  readonly windowMs: number;
}

export const RESTART_LIMITS: RestartLimits = {
  firstDelayMs: 250,
  longestDelayMs: 15_000,
  deaths: 5,
  windowMs: 120_000,
};

/** Decides when a process that died is started again. */
export interface RestartPolicy {
  /** @returns how many milliseconds to wait, or `null`: it died too often, give up */
  died(now: number): number | null;
  /** Forgets all deaths: a person asked to try again. */
  forgive(): void;
}

/** Exponential back-off that gives up after too many deaths within a window. */
export function createRestartPolicy(limits: RestartLimits = RESTART_LIMITS): RestartPolicy {
  let deaths: number[] = [];
  return {
    died: (now) => {
      deaths = [...deaths.filter((at) => now - at < limits.windowMs), now];
      if (deaths.length > limits.deaths) return null;
      return Math.min(limits.firstDelayMs * 2 ** (deaths.length - 1), limits.longestDelayMs);
    },
    forgive: () => {
      deaths = [];
    },
  };
}
