import { ConsoleError } from '../../../contract';
import type { Clock } from '../../ports';

/** Somebody whose requests share a server with those of others, and the weight of their share. */
export interface Flow {
  readonly id: string;
  readonly weight: number;
}

/**
 * Waits for a place.
 * @param onPosition told where in the flow's own line the request stands, 1 for the next; not called where none waits
 * @returns gives the place back; further calls do nothing
 * @throws ConsoleError MODEL_BUSY when too many wait, or it took too long; CANCELLED when the signal aborts
 */
export type Enter = (
  flow: Flow,
  signal: AbortSignal,
  onPosition?: (position: number) => void,
) => Promise<() => void>;

/** How much is going on. Times are milliseconds. */
export interface QueueLoad {
  readonly places: number;
  readonly running: number;
  readonly waiting: number;
  /** Of those that wait: the one that has waited longest. */
  readonly longest: { readonly flow: string; readonly waitedMs: number } | null;
  /** Requests that were turned away since the start: the line was full, or they waited too long. */
  readonly turnedAway: number;
}

export interface FairQueue {
  readonly enter: Enter;
  /** Changes how many requests run at the same time; what runs is let run. */
  setPlaces(places: number): void;
  load(): QueueLoad;
}

interface FairQueueOptions {
  readonly clock: Clock;
  /** How many requests run at the same time. */
  readonly places: number;
  /** How many of one flow may wait. */
  readonly mostWaiting: number;
  readonly longestWaitMs: number;
}

interface Waiter {
  readonly since: number;
  readonly go: () => void;
  readonly onPosition: ((position: number) => void) | undefined;
}

interface Line {
  weight: number;
  /** The start tag of its next request, in milliseconds of a place over its weight. */
  tag: number;
  running: number;
  readonly waiting: Waiter[];
}

/** What a request is taken to last before one has ended. */
const FIRST_GUESS_MS = 1_000;
/** How much the newest request says about how long the next one takes. */
const NEWEST = 0.2;
/** So long somebody counts as being there though they ask nothing. */
const PRESENT_MS = 60_000;
/** The share of the places that is kept free for those who have nothing running, where several are there. */
const SPARE = 0.25;

/**
 * Shares the places of one server fairly among flows, by start-time fair queuing with several requests at a time:
 * SFQ(D) of Jin, Chase and Kaur, “Interposed proportional sharing for a storage service utility” (SIGMETRICS 2004),
 * after Goyal, Vin and Cheng (SIGCOMM 1996). The next place goes to the flow with the smallest start tag; what a request
 * costs is the time that it holds its place, charged as the average when it begins and corrected when it ends, as the
 * virtual token counter of Sheng et al. (OSDI 2024) does for language models whose cost nobody knows before.
 *
 * A request that runs is not taken its place. So that whoever comes now and then need not wait for the end of somebody
 * else's, a quarter of the places takes in only flows that have nothing running, as long as several flows are there.
 */
export function createFairQueue(options: FairQueueOptions): FairQueue {
  const { clock, mostWaiting, longestWaitMs } = options;
  const lines = new Map<string, Line>();
  /** When each flow asked last, the longest ago first. */
  const present = new Map<string, number>();
  let places = options.places;
  let virtual = 0;
  let running = 0;
  let waiting = 0;
  let usualMs = FIRST_GUESS_MS;
  let turnedAway = 0;

  function lineOf({ id, weight }: Flow): Line {
    const line = lines.get(id) ?? { weight, tag: 0, running: 0, waiting: [] };
    line.weight = weight;
    // Whoever was away saved nothing up.
    if (line.running === 0 && line.waiting.length === 0) line.tag = Math.max(line.tag, virtual);
    lines.set(id, line);
    return line;
  }

  function meet(id: string): void {
    const now = clock.monotonic();
    present.delete(id);
    present.set(id, now);
    for (const [other, at] of present) {
      if (now - at <= PRESENT_MS) break;
      present.delete(other);
    }
  }

  function hasPlace(line: Line): boolean {
    const free = places - running;
    return free > (line.running > 0 && present.size > 1 ? Math.floor(places * SPARE) : 0);
  }

  /** @returns gives the place back */
  function begin(id: string, line: Line): () => void {
    const since = clock.monotonic();
    const guess = usualMs;
    virtual = Math.max(virtual, line.tag);
    line.tag += guess / line.weight;
    line.running += 1;
    running += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const took = clock.monotonic() - since;
      usualMs += (took - usualMs) * NEWEST;
      line.tag += (took - guess) / line.weight;
      line.running -= 1;
      running -= 1;
      forget(id, line);
      dispatch();
    };
  }

  /** A flow that has nothing left and owes nothing is known no longer. */
  function forget(id: string, line: Line): void {
    if (line.running > 0 || line.waiting.length > 0) return;
    if (running === 0 && waiting === 0) lines.clear();
    else if (line.tag <= virtual) lines.delete(id);
  }

  function next(): Line | null {
    let first: Line | null = null;
    for (const line of lines.values()) {
      if (line.waiting.length === 0 || !hasPlace(line)) continue;
      if (first === null || line.tag < first.tag) first = line;
    }
    return first;
  }

  function dispatch(): void {
    while (running < places && waiting > 0) {
      const line = next();
      if (!line) return;
      const waiter = line.waiting.shift();
      waiting -= 1;
      waiter?.go();
      tellPositions(line);
    }
  }

  function tellPositions(line: Line): void {
    for (const [index, { onPosition }] of line.waiting.entries()) onPosition?.(index + 1);
  }

  async function wait(
    id: string,
    line: Line,
    signal: AbortSignal,
    onPosition: Waiter['onPosition'],
  ): Promise<() => void> {
    const turn = Promise.withResolvers<() => void>();
    const waiter: Waiter = {
      since: clock.monotonic(),
      go: () => turn.resolve(begin(id, line)),
      onPosition,
    };
    line.waiting.push(waiter);
    waiting += 1;
    onPosition?.(line.waiting.length);
    const leave = (problem: ConsoleError) => {
      const at = line.waiting.indexOf(waiter);
      if (at < 0) return;
      line.waiting.splice(at, 1);
      waiting -= 1;
      forget(id, line);
      tellPositions(line);
      turn.reject(problem);
    };
    const cancel = () => leave(new ConsoleError('CANCELLED'));
    const over = new AbortController();
    signal.addEventListener('abort', cancel, { once: true });
    clock.wait(longestWaitMs, over.signal).then(
      () => leave(busy('It waited for its turn too long.')),
      () => undefined,
    );
    try {
      return await turn.promise;
    } finally {
      signal.removeEventListener('abort', cancel);
      over.abort();
    }
  }

  function busy(reason: string): ConsoleError {
    turnedAway += 1;
    return new ConsoleError('MODEL_BUSY', { reason, retryAfterMs: Math.ceil(usualMs) });
  }

  return {
    async enter(flow, signal, onPosition) {
      if (signal.aborted) throw new ConsoleError('CANCELLED');
      meet(flow.id);
      const line = lineOf(flow);
      if (line.waiting.length === 0 && hasPlace(line)) return begin(flow.id, line);
      if (line.waiting.length >= mostWaiting)
        throw busy(`${mostWaiting.toLocaleString('en')} questions wait for it already.`);
      return wait(flow.id, line, signal, onPosition);
    },
    setPlaces(next) {
      places = next;
      dispatch();
    },
    load() {
      const now = clock.monotonic();
      let longest: QueueLoad['longest'] = null;
      for (const [flow, line] of lines) {
        const [first] = line.waiting;
        const waitedMs = first ? now - first.since : -1;
        if (waitedMs > (longest?.waitedMs ?? -1)) longest = { flow, waitedMs };
      }
      return { places, running, waiting, longest, turnedAway };
    },
  };
}
