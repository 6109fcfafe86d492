import type { Row } from '../support/bench';
import { count, megabytes, ratio } from '../support/figures';

const ALL = 1_000;
const OPEN = 50;
const MOST = 600 * 1_048_576;

export const memoryRow: Row = {
  name: 'memory',
  title: 'Resident memory of the engine’s process',
  async run(bench) {
    const engine = await bench.tenants();
    const before = await engine.call('residentBytes');
    await engine.call('createTenants', Math.max(0, ALL - (await engine.call('tenantCount'))), false);
    const closed = await engine.call('residentBytes');
    await engine.call('openTenants', OPEN);
    const open = await engine.call('residentBytes');
    return {
      lines: [
        {
          what: `${count(ALL)} tenants, ${OPEN} of them open, no model loaded`,
          target: '≤ 600 MB',
          measured: megabytes(open),
          reference: `the same process with none open ${megabytes(closed)}`,
          compared: `${ratio(open, closed)}, ${((open - closed) / OPEN / 1_048_576).toFixed(2)} MB a tenant`,
          met: open <= MOST,
        },
      ],
      notes: [
        `After a collection of garbage. Each of the ${OPEN} has had a person sign in and a question answered. The process had ${megabytes(before)} when the row began; it is the one that created the tenants, so the arena of argon2id and the garbage of their creation are in it.`,
      ],
    };
  },
};
