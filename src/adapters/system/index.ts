import { randomBytes } from 'node:crypto';
import { totalmem } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, Log, RandomSource } from '../../engine/ports';

/** The system's clocks. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    wait: (milliseconds, signal) => wait(milliseconds, undefined, { signal }),
    every(milliseconds, callback) {
      const timer = setInterval(callback, milliseconds);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

/** Bytes that are drawn at once and handed out in pieces: a call to the system for each nonce would cost more. */
const POOL_BYTES = 4_096;

/** The system's cryptographic generator. Each byte is handed out once and overwritten in the pool. */
export function createSystemRandom(): RandomSource {
  let pool = Buffer.alloc(0);
  return {
    bytes(count) {
      if (count > POOL_BYTES / 8) return new Uint8Array(randomBytes(count));
      if (pool.length < count) pool = randomBytes(POOL_BYTES);
      const taken = pool.subarray(0, count);
      pool = pool.subarray(count);
      const own = Uint8Array.from(taken);
      taken.fill(0);
      return own;
    },
  };
}

type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** What a log is written to: a stream, or a function in tests. */
export type LogSink = (line: string) => void;

/** Longer chains of causes are cut. */
const CAUSES = 5;

function causeChain(cause: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let at = cause; at !== undefined && chain.length < CAUSES; ) {
    if (!(at instanceof Error)) {
      chain.push({ kind: typeof at });
      break;
    }
    const code = 'code' in at && typeof at.code === 'string' ? at.code : undefined;
    chain.push({ name: at.name, code, message: at.message, stack: at.stack });
    at = at.cause;
  }
  return chain;
}

/**
 * A log of one JSON object a line.
 * @param source which process writes
 * @param sink takes each line with its line feed
 */
export function createLog(source: string, sink: LogSink, clock: Pick<Clock, 'now'>): Log {
  function write(level: 'info' | 'warn' | 'error', message: string, fields?: Fields, cause?: unknown): void {
    const time = new Date(clock.now()).toISOString();
    const causes = cause === undefined ? undefined : causeChain(cause);
    sink(`${JSON.stringify({ time, level, source, message, ...fields, causes })}\n`);
  }

  return {
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, cause, fields) => write('error', message, fields, cause),
  };
}

/** The share of the machine's memory, or of what its container may have, that this process takes before it opens no more. */
const MEMORY_SHARE = 0.25;

/** @returns tells whether this process takes less than its share of the memory */
export function createMemoryWatch(): () => boolean {
  const allowed = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  const most = Math.min(totalmem(), allowed) * MEMORY_SHARE;
  return () => process.memoryUsage.rss() < most;
}
