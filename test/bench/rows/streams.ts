import { interleave, type Line, type Row, type Way } from '../support/bench';
import { median, ms, quantile, ratio } from '../support/figures';

const WAYS: readonly Way[] = ['direct', 'passThrough', 'engine', 'window'];
const NAMES: Partial<Record<Way, string>> = {
  passThrough: 'pass-through',
  engine: 'the console, in process',
  window: 'the console, through a window’s message port',
};
const PACED = { concurrent: 1, calls: 8, model: 'paced-20' };
const PACED_ROUNDS = 5;
const BURST = { concurrent: 100, calls: 100, model: 'burst-50' };
const BURST_ROUNDS = 11;

export const streamsRow: Row = {
  name: 'streams',
  title: 'Streams: time to the first token, and 100 streams of 50 pieces at once',
  async run(bench) {
    for (const way of WAYS) for (let i = 0; i < 5; i += 1) await bench.run(way, BURST);
    const paced = await interleave(bench, WAYS, PACED, PACED_ROUNDS);
    const first = (way: Way): number =>
      median(paced[way].flatMap(({ timings }) => timings.map((timing) => timing.first)));
    const burst = await interleave(bench, WAYS, BURST, BURST_ROUNDS);
    const whole = (way: Way): number =>
      median(
        burst[way].map(({ timings }) =>
          quantile(
            timings.map(({ total }) => total),
            0.95,
          ),
        ),
      );
    const lines: Line[] = [];
    for (const way of WAYS.slice(1)) {
      const isConsole = way !== 'passThrough';
      lines.push({
        what: `first token at 20 ms a token, ${NAMES[way]}`,
        target: isConsole ? '≤ 25 ms' : '',
        measured: `p50 ${ms(first(way))}`,
        reference: `direct ${ms(first('direct'))}`,
        compared: `+ ${ms(first(way) - first('direct'))}`,
        met: isConsole ? first(way) <= 25 : null,
      });
    }
    for (const way of WAYS.slice(1)) {
      const isConsole = way !== 'passThrough';
      lines.push({
        what: `100 streams of 50 pieces, ${NAMES[way]}`,
        target: isConsole ? '≤ 100 ms' : '',
        measured: `p95 of the whole ${ms(whole(way))}`,
        reference: `direct ${ms(whole('direct'))}`,
        compared: ratio(whole(way), whole('direct')),
        met: isConsole ? whole(way) <= 100 : null,
      });
    }
    return {
      lines,
      notes: [
        `First token: ${PACED_ROUNDS} rounds of ${PACED.calls} calls, one after the other. Streams: ${BURST_ROUNDS} rounds of ${BURST.calls} calls that all begin in the same moment; p95 of a round, median over the rounds. A stream of the console has ended when its answer is on the disk; question and answer of all hundred are committed in that time.`,
      ],
    };
  },
};
