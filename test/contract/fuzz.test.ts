import { describe, expect, it } from 'vitest';
import { fuzz, NAMES } from '../support/fuzz';

/** The same at every run; `npm run fuzz -- --cases 1000000` sends more, from a seed of its own each time. */
const CASES = 750;

describe('an engine that windows send anything at all', () => {
  it.each([20_261_124, 31_337])(
    'answers with the closed set of codes, tells nothing and stays sound (seed %i)',
    async (seed) => {
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
