import { cpus, loadavg } from 'node:os';

const SAMPLE_MS = 1_000;
const ENOUGH_IDLE = 0.6;

interface Sample {
  readonly idle: number;
  readonly total: number;
  readonly own: number;
}

/**
 * Knows how many threads are worth using now, and says so once a second.
 *
 * llama.cpp's threads wait for each other at every step: on a core that somebody else keeps busy, one thread
 * more makes the whole many times slower. What this process itself uses counts as free.
 */
export class ThreadAdviser {
  readonly cores = Math.max(1, cpus().length);
  readonly #advise: (threads: number) => void;
  #before = sample();
  // The load of the last minute, until there is a measurement of our own; Windows has none and says 0.
  #free = this.cores - (loadavg()[0] ?? 0);

  /** @param advise called once a second; does not keep the process alive */
  constructor(advise: (threads: number) => void) {
    this.#advise = advise;
    setInterval(() => {
      this.#measure();
      this.#advise(this.threads());
    }, SAMPLE_MS).unref();
  }

  /** From 1 to the number of cores. */
  threads(): number {
    return Math.min(this.cores, Math.max(1, Math.floor(this.#free + (1 - ENOUGH_IDLE))));
  }

  #measure(): void {
    const now = sample();
    const total = now.total - this.#before.total;
    if (total <= 0) return;
    const idle = ((now.idle - this.#before.idle) / total) * this.cores;
    const own = ((now.own - this.#before.own) / total) * this.cores;
    this.#free = idle + own;
    this.#before = now;
  }
}

/** Milliseconds since the start: idle, altogether, and those of this process. */
function sample(): Sample {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  const { user, system } = process.cpuUsage();
  return { idle, total, own: (user + system) / 1000 };
}
