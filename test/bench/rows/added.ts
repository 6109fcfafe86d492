import { type Bench, interleave, type Line, type Row, type Way } from '../support/bench';
import { median, ms, quantile } from '../support/figures';
import type { LoadResult } from '../support/load';

const ROUNDS = 5;
const WAYS: readonly Way[] = ['direct', 'passThrough', 'engine', 'window', 'cloud'];
const NAMES: Partial<Record<Way, string>> = {
  passThrough: 'a pass-through of 20 lines',
  engine: 'the console, in process',
  window: 'the console, through a window’s message port',
  cloud: 'the console, cloud route (intent first), in process',
};

interface Concurrency {
  readonly concurrent: number;
  readonly calls: number;
  readonly most: number | null;
}

const LEVELS: readonly Concurrency[] = [
  { concurrent: 1, calls: 30, most: null },
  { concurrent: 10, calls: 200, most: 3 },
  { concurrent: 100, calls: 1_000, most: 17 },
];

const p95 = ({ timings }: LoadResult): number =>
  quantile(
    timings.map(({ total }) => total),
    0.95,
  );
const p50 = ({ timings }: LoadResult): number => median(timings.map(({ total }) => total));

/** The difference to the direct call in the same round, its median over the rounds. */
function added(
  own: readonly LoadResult[],
  direct: readonly LoadResult[],
  of: (result: LoadResult) => number,
) {
  return median(own.map((result, round) => of(result) - of(direct[round] ?? result)));
}

async function measure(bench: Bench, { concurrent, calls, most }: Concurrency): Promise<Line[]> {
  const results = await interleave(bench, WAYS, { concurrent, calls, model: 'answer-50' }, ROUNDS);
  const reference = median(results.direct.map(p95));
  return WAYS.slice(1).map((way) => {
    const own = results[way];
    const difference = added(own, results.direct, p95);
    const counts = way === 'engine' || way === 'window';
    return {
      what: `${NAMES[way]}, ${concurrent} concurrent`,
      target: counts && most !== null ? `+ ${most} ms${concurrent === 100 ? ', aim 5 ms' : ''}` : '',
      measured: `p95 ${ms(median(own.map(p95)))}`,
      reference: `direct ${ms(reference)}`,
      compared: `+ ${ms(difference)} (p50 + ${ms(added(own, results.direct, p50))})`,
      met: counts && most !== null ? difference <= most : null,
    };
  });
}

export const addedRow: Row = {
  name: 'added',
  title: 'What the console adds to a model call of 50 ms',
  async run(bench) {
    for (const way of WAYS) await bench.run(way, { concurrent: 100, calls: 1_000, model: 'answer-50' });
    const lines: Line[] = [];
    for (const level of LEVELS) lines.push(...(await measure(bench, level)));
    return {
      lines,
      notes: [
        `The upstream is a process of its own on the loopback that answers after 50 ms with server-sent events. Each way asks it in turn, ${ROUNDS} rounds; the difference of the p95s (and p50s) is taken within a round, its median over the rounds is shown.`,
        'Direct and pass-through are called by a process of their own with undici and without a library. “In process” calls the engine as a transport does; the window is a thread of its own that knows the engine by its message port alone. A query goes through contract, door, route, egress broker, store, field encryption, meter, price and audit chain, and has ended when its answer is on the disk.',
        'For a model of the house the intent is written while it thinks; for a cloud it is on the disk before a byte leaves, which is two commits one after the other.',
      ],
    };
  },
};
