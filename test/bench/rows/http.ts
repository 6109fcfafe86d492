import { type Bench, DOORS, type DoorWay, type Line, type Row } from '../support/bench';
import { count, median, ms, quantile, ratio } from '../support/figures';
import type { Load, LoadResult } from '../support/load';

const ROUNDS = 3;
const NAMES: Readonly<Record<DoorWay, string>> = {
  direct: 'the direct call',
  passThrough: 'a pass-through of 20 lines',
  portkey: '`@portkey-ai/gateway`',
  llmops: '`@llmops/gateway`',
  openAi: 'the console, OpenAI’s interface',
  rest: 'the console, REST, the answer whole',
  restEvents: 'the console, REST, as events',
};
const isOurs = (way: DoorWay): boolean => ['openAi', 'rest', 'restEvents'].includes(way);

const NOTES = [
  'Every way is asked over a socket by the same process, each in its turn. Model, gateways, console and caller are processes of their own on the loopback. The gateways and the pass-through speak plain HTTP and keep nothing; the console speaks TLS, checks the key, counts, stores, encrypts, meters and audits.',
  'Portkey’s and llmops’ gateways are the npm packages under plain Node, with the overrides of package.json without which Portkey’s does not stream.',
];

type Results = Readonly<Record<DoorWay, LoadResult[]>>;

const totals = ({ timings }: LoadResult): number[] => timings.map(({ total }) => total);
const p95 = (result: LoadResult): number => quantile(totals(result), 0.95);
const firsts = (result: LoadResult): number => median(result.timings.map(({ first }) => first));

/** Runs all ways in turns, after each was warmed up. */
async function measure(
  bench: Bench,
  ways: readonly DoorWay[],
  load: Load,
  rounds = ROUNDS,
): Promise<Results> {
  const doors = await bench.doors();
  for (const way of ways) await bench.knock(doors[way], load);
  const results = Object.fromEntries(DOORS.map((way) => [way, [] as LoadResult[]])) as Record<
    DoorWay,
    LoadResult[]
  >;
  for (let round = 0; round < rounds; round += 1) {
    const turned = [...ways.slice(round % ways.length), ...ways.slice(0, round % ways.length)];
    for (const way of turned) results[way].push(await bench.knock(doors[way], load));
  }
  return results;
}

/** The difference to the direct call of the same round, its median over the rounds. */
function added(results: Results, way: DoorWay, of: (result: LoadResult) => number): number {
  return median(results[way].map((own, round) => of(own) - of(results.direct[round] ?? own)));
}

const WHOLE: readonly DoorWay[] = ['direct', 'passThrough', 'portkey', 'llmops', 'openAi', 'rest'];
const LEVELS = [
  { concurrent: 10, calls: 200, most: 3 },
  { concurrent: 100, calls: 1_000, most: 17 },
] as const;

export const httpRow: Row = {
  name: 'http',
  title: 'What the console adds to a model call of 50 ms, over HTTP',
  async run(bench) {
    const lines: Line[] = [];
    for (const { concurrent, calls, most } of LEVELS) {
      const results = await measure(bench, WHOLE, { concurrent, calls, model: 'answer-50' });
      const direct = median(results.direct.map(p95));
      for (const way of WHOLE.slice(1)) {
        const difference = added(results, way, p95);
        lines.push({
          what: `${NAMES[way]}, ${concurrent} concurrent`,
          target: isOurs(way) ? `+ ${most} ms${concurrent === 100 ? ', aim 5 ms' : ''}` : '',
          measured: `p95 ${ms(median(results[way].map(p95)))}`,
          reference: `direct ${ms(direct)}`,
          compared: `+ ${ms(difference)}`,
          met: isOurs(way) ? difference <= most : null,
        });
      }
    }
    return { lines, notes: NOTES };
  },
};

const LEAST = 1_000;
const FLOOD: Load = { concurrent: 100, calls: 2_000, model: 'answer-0' };

export const httpQueriesRow: Row = {
  name: 'httpQueries',
  title: 'Queries a second over HTTP, upstream at 0 ms, 100 concurrent',
  async run(bench) {
    const results = await measure(bench, WHOLE, FLOOD, 3);
    const rate = (way: DoorWay): number => median(results[way].map(({ seconds }) => FLOOD.calls / seconds));
    const others = Math.max(rate('portkey'), rate('llmops'));
    return {
      lines: WHOLE.slice(1).map((way) => ({
        what: NAMES[way],
        target: isOurs(way) ? '≥ 1,000/s and both gateways, aim 2,000/s' : '',
        measured: `${count(rate(way))}/s`,
        reference: `direct ${count(rate('direct'))}/s, the faster gateway ${count(others)}/s`,
        compared: `${ratio(rate(way), others)} the faster gateway`,
        met: isOurs(way) ? rate(way) >= LEAST && rate(way) > others : null,
      })),
      notes: NOTES,
    };
  },
};

const STREAMED: readonly DoorWay[] = ['direct', 'passThrough', 'portkey', 'llmops', 'openAi', 'restEvents'];

export const httpStreamsRow: Row = {
  name: 'httpStreams',
  title: 'Streams over HTTP: the first token at 20 ms a token, and 100 streams of 50 chunks at once',
  async run(bench) {
    const first = await measure(bench, STREAMED, { concurrent: 1, calls: 20, model: 'paced-20' });
    const burst = await measure(bench, STREAMED, { concurrent: 100, calls: 100, model: 'burst-50' });
    const lines = STREAMED.slice(1).flatMap((way): Line[] => {
      const token = median(first[way].map(firsts));
      const whole = median(burst[way].map(p95));
      return [
        {
          what: `first token, ${NAMES[way]}`,
          target: isOurs(way) ? '≤ 25 ms' : '',
          measured: ms(token),
          reference: `direct ${ms(median(first.direct.map(firsts)))}`,
          compared: `+ ${ms(added(first, way, firsts))}`,
          met: isOurs(way) ? token <= 25 : null,
        },
        {
          what: `100 streams of 50 chunks, ${NAMES[way]}`,
          target: isOurs(way) ? 'p95 ≤ 100 ms' : '',
          measured: `p95 ${ms(whole)}`,
          reference: `direct ${ms(median(burst.direct.map(p95)))}`,
          compared: `+ ${ms(added(burst, way, p95))}`,
          met: isOurs(way) ? whole <= 100 : null,
        },
      ];
    });
    return { lines, notes: NOTES };
  },
};
