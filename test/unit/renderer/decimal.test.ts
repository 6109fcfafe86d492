import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf, microsOf } from '../../../src/renderer/features/models/decimal';

describe('a price as a person types it', () => {
  it.each([
    ['0.15', 150_000],
    ['0,6', 600_000],
    [' 12 ', 12_000_000],
    ['0.000001', 1],
    ['999999999.999999', 999_999_999_999_999],
  ])('reads %j digit by digit', (typed, micros) => {
    expect(microsOf(typed)).toBe(micros);
  });

  it.each(['', 'abc', '-1', '1.', '.5', '1.2345678', '1e3', '1,000.5'])('takes %j for no amount', (typed) => {
    expect(microsOf(typed)).toBeNull();
  });

  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), (micros) => {
        expect(microsOf(decimalOf(micros))).toBe(micros);
      }),
    );
  });
});
