import type { Row } from '../support/bench';
import { count, median, ms, quantile } from '../support/figures';

const ROUNDS = 3;
const PHASE_MS = 6_000;
const MOST = 1.1;

type Scene = 'alone' | 'queueOff' | 'queueOn' | 'requests';
const SCENES: readonly Scene[] = ['alone', 'queueOff', 'queueOn', 'requests'];
const NAMES: Readonly<Record<Scene, string>> = {
  alone: 'nobody else asks',
  queueOff: 'beside 200 callers of a tenant that may have 20 at once, the fair queue off',
  queueOn: 'the same, the fair queue on',
  requests: 'beside a program at 1,000 requests a minute whose plan allows 100',
};

export const noisyRow: Row = {
  name: 'noisy',
  title: 'What a tenant at ten times its limit costs the others',
  async run(bench) {
    const engine = await bench.tenants();
    await engine.call('prepareNoise', await bench.upstream());
    await engine.call('runNoise', 'alone', PHASE_MS);
    const p95s: Record<Scene, number[]> = { alone: [], queueOff: [], queueOn: [], requests: [] };
    const noise: Record<Scene, string> = { alone: '', queueOff: '', queueOn: '', requests: '' };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const scene of SCENES) {
        const { quiet, noisy } = await engine.call('runNoise', scene, PHASE_MS);
        p95s[scene].push(quantile(quiet, 0.95));
        noise[scene] = `${count(noisy.answered)} answered, ${count(noisy.refused)} refused`;
      }
    }
    const alone = median(p95s.alone);
    return {
      lines: SCENES.slice(1).map((scene) => {
        const times = median(p95s[scene].map((p95, round) => p95 / (p95s.alone[round] ?? alone)));
        const counts = scene !== 'queueOff';
        return {
          what: `four tenants, ${NAMES[scene]}`,
          target: counts ? 'p95 within 10 %' : '',
          measured: `p95 ${ms(median(p95s[scene]))} (the noisy one: ${noise[scene]})`,
          reference: `alone ${ms(alone)}`,
          compared: `${times < 1 ? '−' : '+'} ${Math.abs((times - 1) * 100).toFixed(0)} %`,
          met: counts ? times <= MOST : null,
        };
      }),
      notes: [
        `Four tenants ask one question at a time and think 100 ms between them; one more, on the plan Starter, asks ten times as much as it may. The model takes 50 ms and answers eight at a time, in the order in which they come: without the fair queue the noisy tenant’s questions stand in its line before the others’. ${ROUNDS} rounds of ${PHASE_MS / 1000} s, all scenes in each; the p95 is held against that of the same round.`,
        'Whoever is refused comes again when the refusal says. The program keeps its rate whatever it is answered.',
      ],
    };
  },
};
