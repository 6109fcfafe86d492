import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Price } from '../../../src/contract';
import { costOf } from '../../../src/engine/tenant/models';
import { latencyClass, percentile } from '../../../src/engine/tenant/usage/latencyClasses';
import { monthStart, nextMonthStart } from '../../../src/engine/tenant/usage/month';

const tokens = fc.integer({ min: 0, max: 2_000_000 });
const micros = fc.integer({ min: 0, max: 200_000_000 });

function ceilingOf(dividend: bigint, divisor: bigint): bigint {
  return dividend / divisor + (dividend % divisor === 0n ? 0n : 1n);
}

describe('the cost of an answer', () => {
  it('is exact to the micro-unit, rounded up part by part, for any tokens and prices', () => {
    fc.assert(
      fc.property(tokens, tokens, micros, micros, (inputTokens, outputTokens, input, output) => {
        const price: Price = {
          per: 'million-tokens',
          input: { micros: input, currency: 'EUR' },
          output: { micros: output, currency: 'EUR' },
        };
        const cost = costOf(price, { inputTokens, outputTokens, computeMs: 5 }, 'USD');
        const exact =
          ceilingOf(BigInt(inputTokens) * BigInt(input), 1_000_000n) +
          ceilingOf(BigInt(outputTokens) * BigInt(output), 1_000_000n);
        expect(cost).toEqual({ micros: Number(exact), currency: 'EUR' });
        expect(Number.isSafeInteger(cost.micros)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('of computing is by the begun millisecond', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), micros, (computeMs, amount) => {
        const price: Price = { per: 'compute-second', amount: { micros: amount, currency: 'EUR' } };
        const cost = costOf(price, { inputTokens: 1, outputTokens: 1, computeMs }, 'USD');
        expect(BigInt(cost.micros)).toBe(ceilingOf(BigInt(Math.ceil(computeMs)) * BigInt(amount), 1000n));
      }),
      { numRuns: 300 },
    );
  });

  it('is nothing for a model of the house without a price, and never grows less with more tokens', () => {
    expect(costOf(null, { inputTokens: 9, outputTokens: 9, computeMs: 9 }, 'USD')).toEqual({
      micros: 0,
      currency: 'USD',
    });
    fc.assert(
      fc.property(tokens, tokens, micros, (one, more, amount) => {
        const price: Price = {
          per: 'million-tokens',
          input: { micros: amount, currency: 'EUR' },
          output: { micros: 0, currency: 'EUR' },
        };
        const of = (inputTokens: number) =>
          costOf(price, { inputTokens, outputTokens: 0, computeMs: 0 }, 'EUR').micros;
        expect(of(one + more)).toBeGreaterThanOrEqual(of(one));
      }),
      { numRuns: 200 },
    );
  });
});

describe('percentiles out of classes', () => {
  it('are off by two hundredths at the most', () => {
    const latency = fc.double({ min: 0.1, max: 600_000, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.95),
        (latencies, share) => {
          const counts = new Map<number, number>();
          for (const one of latencies)
            counts.set(latencyClass(one), (counts.get(latencyClass(one)) ?? 0) + 1);
          const found =
            percentile(
              [...counts].sort(([left], [right]) => left - right),
              share,
            ) ?? 0;
          const sorted = [...latencies].sort((left, right) => left - right);
          const exact = sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
          expect(Math.abs(found / exact - 1)).toBeLessThanOrEqual(0.02);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are unknown where nothing was asked, and take no time for a tenth of a millisecond', () => {
    expect(percentile([], 0.5)).toBeNull();
    expect(latencyClass(0)).toBe(latencyClass(0.1));
    expect(Number.isFinite(latencyClass(0))).toBe(true);
  });
});

describe('a month', () => {
  it('of UTC begins and ends where the calendar says', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(8e12), noInvalidDate: true }), (date) => {
        const start = new Date(monthStart(date.getTime()));
        const next = nextMonthStart(date.getTime());
        expect(start.getTime()).toBeLessThanOrEqual(date.getTime());
        expect(next).toBeGreaterThan(date.getTime());
        expect(start.toISOString()).toMatch(/^\d{4}-\d{2}-01T00:00:00.000Z$/);
        expect(monthStart(next)).toBe(next);
        expect(monthStart(next - 1)).toBe(start.getTime());
      }),
      { numRuns: 300 },
    );
  });
});
