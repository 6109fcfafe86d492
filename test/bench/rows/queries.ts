import { interleave, type Line, type Row, type Way } from '../support/bench';
import { count, median, ratio } from '../support/figures';

const ROUNDS = 5;
const LEAST = 1_000;
const LOAD = { concurrent: 100, calls: 3_000, model: 'answer-0' };
const WAYS: readonly Way[] = ['direct', 'passThrough', 'engine', 'window', 'turns'];
const NAMES: Partial<Record<Way, string>> = {
  engine: 'the console, in process, a new conversation each',
  turns: 'the same, conversations that go on (reads the turns before)',
  window: 'the console, through a window’s message port',
};

export const queriesRow: Row = {
  name: 'queries',
  title: 'Queries a second, upstream at 0 ms, 100 concurrent, stored, encrypted, metered, audited',
  async run(bench) {
    const engine = await bench.queries();
    for (const way of WAYS) await bench.run(way, LOAD);
    const before = await engine.call('kept');
    const results = await interleave(bench, WAYS, LOAD, ROUNDS);
    const after = await engine.call('kept');
    const rate = (way: Way): number => median(results[way].map(({ seconds }) => LOAD.calls / seconds));
    const asked = LOAD.calls * ROUNDS * 3;
    if (after.queries - before.queries !== asked || after.events - before.events < 2 * asked) {
      throw new Error('not every query was stored, metered and audited');
    }
    const through = rate('passThrough');
    const cpu = (way: Way): string => median(results[way].map(({ cpuMs }) => cpuMs)).toFixed(2);
    const lines: Line[] = (['engine', 'window', 'turns'] as const).map((way) => ({
      what: NAMES[way] ?? way,
      target: way === 'turns' ? '' : '≥ 1,000/s, aim 2,000/s',
      measured: `${count(rate(way))}/s, ${cpu(way)} ms of processor time a query`,
      reference: `pass-through ${count(through)}/s, direct ${count(rate('direct'))}/s`,
      compared: `${ratio(rate(way), through)} the pass-through`,
      met: way === 'turns' ? null : rate(way) >= LEAST,
    }));
    return {
      lines,
      notes: [
        `${count(LOAD.calls)} calls a round and way, ${ROUNDS} rounds in turns, one tenant. Afterwards the tenant’s usage and audit chain are asked: each query has its usage event and its two audit events.`,
        'The pass-through checks, stores and encrypts nothing. What calls the console “in process” takes its share of the same thread; upstream, database threads and loader share the two cores.',
      ],
    };
  },
};
