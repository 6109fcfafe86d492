import { ConsoleError, type LimitSubject } from '../../../contract';
import type { Clock } from '../../ports';
import type { Store } from '../store';
import { kindOf } from './subjects';

/** The spans over which requests are counted, in milliseconds. */
const SPANS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type RateSpan = keyof typeof SPANS;

/** How many requests a span allows; `null` is without limit. */
export type RateLimits = Readonly<Record<RateSpan, number | null>>;

/** Somebody whose requests are counted: the tenant, one of its people, one of its keys. */
export interface RateSubject {
  readonly name: string;
  readonly limits: RateLimits;
}

/** How many requests there were in each span. */
export type SpanCounts = Readonly<Record<RateSpan, number>>;

/** What is left to a subject. */
export interface RateState {
  readonly of: LimitSubject;
  readonly span: RateSpan;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the span that is counted ends. */
  readonly resetMs: number;
}

/**
 * Counts requests. What a span holds is estimated from its two newest windows (a sliding window counter): the one
 * before counts by the share of it that is still inside.
 *
 * Counts survive a restart, also a kill: what is on the disk runs ahead of what was counted by a lease, so that a kill
 * costs the subject at most the lease and gives it nothing but the requests of one write. Time only goes on here,
 * whatever the clock of the system does.
 */
export interface Rates {
  /**
   * Counts one request of all the subjects, or of none.
   * @throws ConsoleError RATE_LIMITED with the time to wait
   */
  take(subjects: readonly RateSubject[]): RateState[];
  /** Everybody who was counted, with the requests in each of the spans that end now. */
  counted(): Map<string, SpanCounts>;
  /** Writes what was counted. */
  close(): Promise<void>;
}

interface Window {
  start: number;
  count: number;
  previous: number;
  /** What is on the disk, or on its way there. */
  leased: number;
}

/** The share of a limit by which the disk runs ahead. */
const LEASE = 0.02;
const MOST_SUBJECTS = 10_000;
/** After so long nothing of a window counts any more, of whatever span. */
const FORGOTTEN_AFTER_MS = 2 * SPANS.day;

export const RATE_SCHEMA = [
  `CREATE TABLE rate_windows (
     subject TEXT NOT NULL,
     span TEXT NOT NULL,
     start INTEGER NOT NULL,
     count INTEGER NOT NULL,
     previous INTEGER NOT NULL,
     PRIMARY KEY (subject, span)
   ) STRICT, WITHOUT ROWID`,
];

/** Opens the counts that a store keeps. @param onFailure called when counts could not be written */
export async function openRates(
  store: Store,
  clock: Clock,
  onFailure: (cause: unknown) => void,
): Promise<Rates> {
  const windows = new Map<string, Window>();
  let newest = clock.now();
  let tick = clock.monotonic();
  for (const row of await store.read('SELECT * FROM rate_windows')) {
    const start = Number(row.start);
    const count = Number(row.count);
    windows.set(keyOf(String(row.subject), String(row.span)), {
      start,
      count,
      previous: Number(row.previous),
      leased: count,
    });
    newest = Math.max(newest, start);
  }
  const unsaved = new Map<string, Window>();
  let saving: Promise<void> | null = null;

  /** Never goes back: a clock that was set back is waited for, monotonically. */
  function now(): number {
    const passed = clock.monotonic() - tick;
    tick += passed;
    newest = Math.max(newest + passed, clock.now());
    return newest;
  }

  function windowAt(key: string, spanMs: number, at: number): Window {
    const start = at - (at % spanMs);
    const window = windows.get(key) ?? { start, count: 0, previous: 0, leased: 0 };
    if (window.start !== start) {
      window.previous = window.start === start - spanMs ? window.count : 0;
      window.start = start;
      window.count = 0;
      window.leased = 0;
    }
    windows.delete(key);
    windows.set(key, window);
    return window;
  }

  function save(): void {
    saving ??= write().finally(() => {
      saving = null;
      if (unsaved.size > 0 && !store.isClosed && store.health === 'healthy') save();
    });
  }

  async function write(): Promise<void> {
    const changed = [...unsaved];
    unsaved.clear();
    try {
      await store.write({
        statements: changed.map(([key, { start, leased, previous }]) => ({
          sql: `INSERT OR REPLACE INTO rate_windows (subject, span, start, count, previous) VALUES (?, ?, ?, ?, ?)`,
          params: [...partsOf(key), start, leased, previous],
        })),
        events: [],
        housekeeping: true,
      });
    } catch (cause) {
      onFailure(cause);
    }
  }

  /** People and keys that are gone leave nothing behind. */
  async function forgetOld(): Promise<void> {
    const old = now() - FORGOTTEN_AFTER_MS;
    if (![...windows.values()].some(({ start }) => start < old)) return;
    const sql = 'DELETE FROM rate_windows WHERE start < ?';
    try {
      await store.write({ statements: [{ sql, params: [old] }], events: [], housekeeping: true });
    } catch (cause) {
      onFailure(cause);
    }
  }

  /** Windows that nobody needs any more; the map keeps those that were used last at its end. */
  function forgetOldest(): void {
    for (const key of windows.keys()) {
      if (windows.size <= MOST_SUBJECTS * 3) return;
      windows.delete(key);
    }
  }

  return {
    take(subjects) {
      const at = now();
      const counted = subjects.flatMap(({ name, limits }) =>
        spansOf(limits).map(([span, limit]) => {
          const key = keyOf(name, span);
          return { name, span, limit, key, window: windowAt(key, SPANS[span], at) };
        }),
      );
      for (const { name, span, limit, window } of counted) {
        const waitMs = waitOf(window, limit, SPANS[span], at);
        if (waitMs > 0) throw limited(name, span, limit, waitMs);
      }
      for (const { key, window, limit } of counted) {
        window.count += 1;
        if (window.count <= window.leased) continue;
        window.leased = window.count + Math.ceil(limit * LEASE);
        unsaved.set(key, window);
      }
      if (unsaved.size > 0) save();
      forgetOldest();
      return counted.map(({ name, span, limit, window }) => ({
        of: kindOf(name),
        span,
        limit,
        remaining: Math.max(0, Math.floor(limit - estimate(window, SPANS[span], at))),
        resetMs: window.start + SPANS[span] - at,
      }));
    },

    counted() {
      const at = now();
      const counts = new Map<string, Record<RateSpan, number>>();
      for (const [key, window] of windows) {
        const [name, span] = partsOf(key);
        const of = counts.get(name) ?? { minute: 0, hour: 0, day: 0 };
        of[span] = Math.ceil(countAt(window, SPANS[span], at));
        counts.set(name, of);
      }
      return counts;
    },

    async close() {
      while (saving) await saving;
      for (const [key, window] of windows) {
        if (window.leased === window.count) continue;
        window.leased = window.count;
        unsaved.set(key, window);
      }
      if (unsaved.size > 0) await write();
      await forgetOld();
    },
  };
}

function keyOf(subject: string, span: string): string {
  return `${span} ${subject}`;
}

function partsOf(key: string): [subject: string, span: RateSpan] {
  const at = key.indexOf(' ');
  return [key.slice(at + 1), key.slice(0, at) as RateSpan];
}

function spansOf(limits: RateLimits): [RateSpan, number][] {
  return (Object.keys(SPANS) as RateSpan[]).flatMap((span) => {
    const limit = limits[span];
    return limit === null ? [] : [[span, limit] as [RateSpan, number]];
  });
}

/** Requests in the span that ends now. */
function estimate({ start, count, previous }: Window, spanMs: number, at: number): number {
  return previous * (1 - (at - start) / spanMs) + count;
}

/** Requests in the span that ends now, of a window that may be long over. */
function countAt(window: Window, spanMs: number, at: number): number {
  const passed = Math.floor((at - window.start) / spanMs);
  if (passed <= 0) return estimate(window, spanMs, at);
  if (passed > 1) return 0;
  return estimate({ ...window, start: window.start + spanMs, count: 0, previous: window.count }, spanMs, at);
}

/** Milliseconds until one more request is within the limit; 0 when it is already. */
function waitOf(window: Window, limit: number, spanMs: number, at: number): number {
  if (estimate(window, spanMs, at) + 1 <= limit) return 0;
  const end = window.start + spanMs;
  if (window.count + 1 <= limit) {
    const share = 1 - (limit - window.count - 1) / window.previous;
    return Math.max(1, Math.ceil(window.start + share * spanMs - at));
  }
  const share = limit < 1 ? 1 : 1 - (limit - 1) / window.count;
  return Math.ceil(end + share * spanMs - at);
}

function limited(subject: string, span: RateSpan, limit: number, waitMs: number): ConsoleError {
  const of = kindOf(subject);
  return new ConsoleError('RATE_LIMITED', {
    reason: `At most ${limit === 1 ? '1 request' : `${limit.toLocaleString('en')} requests`} ${span === 'hour' ? 'an' : 'a'} ${span} for this ${of}.`,
    retryAfterMs: waitMs,
    limit: { of, per: span, most: limit },
  });
}
