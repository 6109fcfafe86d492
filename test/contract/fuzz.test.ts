import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fuzz, NAMES } from '../support/fuzz';

/** `npm run fuzz -- --cases 1000000` sends more of the same. */
const CASES = 750;

describe('an engine that windows send anything at all', () => {
  it.each([
    ['the same as every time', 20_261_124],
    ['others each time', randomInt(2 ** 30)],
  ])(
    'answers with the closed set of codes, tells nothing and stays sound: %s (seed %i)',
    async (_what, seed) => {
      const report = await fuzz({ cases: CASES, seed, mostComplaints: 5 });
      expect(report.complaints).toEqual([]);
      expect(report.cases).toBeGreaterThanOrEqual(CASES);
    },
  );

  it('is sent messages that are answered with a result, not refusals alone', async () => {
    const { outcomes } = await fuzz({ cases: CASES, seed: 7, mostComplaints: 1 });
    const answered = NAMES.filter((name) => outcomes.get(name)?.has('answered'));
    expect(answered.length).toBeGreaterThan(NAMES.length / 4);
  });
});
