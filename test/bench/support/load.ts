/** What one call took, in milliseconds: until the first word and until its end. */
export interface Timing {
  readonly first: number;
  readonly total: number;
}

/** What a load was like. */
export interface LoadResult {
  readonly timings: Timing[];
  readonly seconds: number;
  /** Processor time of the process that was loaded from within, all its threads, in milliseconds a call. */
  readonly cpuMs: number;
}

export interface Load {
  /** Callers at the same time, each with one call after the other. */
  readonly concurrent: number;
  readonly calls: number;
  /** The model that is asked: what the upstream does. */
  readonly model: string;
}

/** Runs a load with the given call. */
export async function runLoad(load: Load, call: (model: string) => Promise<Timing>): Promise<LoadResult> {
  const timings: Timing[] = [];
  let left = load.calls;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      timings.push(await call(load.model));
    }
  };
  const begun = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: load.concurrent }, caller));
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { timings, seconds, cpuMs: (user + system) / 1000 / load.calls };
}
