import type { Row } from '../support/bench';
import { count, megabytes } from '../support/figures';

const TENANTS = 1_000;
const HOT = 50;
const LEAST_A_MINUTE = 10_000;
const MOST_FAILED = 0.001;
const SHORT_SECONDS = 20;
const FULL_SECONDS = 600;
/** How much more memory at the end than after the first third counts as flat. */
const FLAT = 1.1;

export const thousandRow: Row = {
  name: 'thousand',
  title: 'Queries a minute of 1,000 tenants, upstream at 0 ms, 100 concurrent',
  async run(bench) {
    const engine = await bench.tenants();
    await engine.call('createTenants', Math.max(0, TENANTS - (await engine.call('tenantCount'))), false);
    const seconds = bench.full ? FULL_SECONDS : SHORT_SECONDS;
    await engine.call('prepareThousand', await bench.upstream());
    const scenes = [
      { what: `${HOT} of them hot`, busy: HOT },
      { what: 'all equally busy', busy: TENANTS },
    ];
    const lines = [];
    for (const { what, busy } of scenes) {
      const { answered, failed, memory } = await engine.call('runThousand', busy, seconds * 1_000);
      const rate = (answered / seconds) * 60;
      const share = failed / Math.max(1, answered + failed);
      const third = memory[Math.floor(memory.length / 3)] ?? 0;
      const end = memory.at(-1) ?? 0;
      lines.push({
        what: `${what}, ${seconds} s`,
        target: '≥ 10,000/min, errors < 0.1 %, memory flat',
        measured: `${count(rate)}/min, ${(share * 100).toFixed(3)} % failed, ${megabytes(end)} at the end`,
        reference: `${megabytes(third)} after a third`,
        compared: `memory ${end >= third ? '+' : '−'} ${Math.abs((end / third - 1) * 100).toFixed(1)} %`,
        met: rate >= LEAST_A_MINUTE && share < MOST_FAILED && end <= third * FLAT,
      });
    }
    return {
      lines,
      notes: [
        `Of each tenant one member is signed in before. 100 callers ask one question after the other, of a tenant drawn at random among the busy ones; each query is stored, encrypted, metered and audited. \`--full\` runs ten minutes each. Memory is what the process has resident, read each second without collecting garbage.`,
      ],
    };
  },
};
