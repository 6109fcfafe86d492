import { hashSync } from '@node-rs/argon2';
import { measureCost } from '../../../src/adapters/argon2/cost';
import type { Row } from '../support/bench';
import { median, ms, ratio } from '../support/figures';

const TARGET_MS = 250;
/** How far from it the tuned hash may be: passes are whole, and a machine is not always idle. */
const MOST_OFF = 0.3;
const TRIES = 7;

function timed(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

/** A hash of a password at the cost that is measured at the first start, against what the library does unasked. */
export const signInRow: Row = {
  name: 'signIn',
  title: 'The hash of a password at sign-in',
  async run() {
    const cost = measureCost(TARGET_MS);
    const tuned = { memoryCost: cost.memoryKiB, timeCost: cost.passes, parallelism: 1 };
    const own: number[] = [];
    const standard: number[] = [];
    for (let turn = 0; turn < TRIES; turn += 1) {
      own.push(timed(() => hashSync('a password of common length', tuned)));
      standard.push(timed(() => hashSync('a password of common length')));
    }
    const measured = median(own);
    return {
      lines: [
        {
          what: `argon2id, ${cost.memoryKiB / 1024} MiB and ${cost.passes} passes, tuned to this machine`,
          target: `about ${TARGET_MS} ms`,
          measured: ms(measured),
          reference: `the library’s default (19 MiB, two passes) ${ms(median(standard))}`,
          compared: ratio(measured, median(standard)),
          met: Math.abs(measured - TARGET_MS) <= TARGET_MS * MOST_OFF,
        },
      ],
      notes: ['Each guess costs whoever has a hash as much; so the ratio is how much longer guessing takes.'],
    };
  },
};
