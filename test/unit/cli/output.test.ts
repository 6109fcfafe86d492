import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXIT, exitCodeOf } from '../../../src/cli/failure';
import { layTable } from '../../../src/cli/output/table';
import { moneyOf, plain, sizeOf, timeOf } from '../../../src/cli/output/text';
import { ERRORS, ErrorCode } from '../../../src/contract';

describe('what the program ends with', () => {
  test('is one of the table for every error of the contract, and never success', () => {
    const table = new Set<number>(Object.values(EXIT));
    for (const code of ErrorCode.options) {
      const exit = exitCodeOf(code, ERRORS[code].status);
      expect(table.has(exit) && exit !== EXIT.ok && exit !== EXIT.refuted, code).toBe(true);
    }
  });

  test.each([
    ['NOT_SIGNED_IN', 3],
    ['WRONG_CREDENTIALS', 3],
    ['STEP_UP_REQUIRED', 3],
    ['NOT_ALLOWED', 4],
    ['RESIDENCY_REFUSED', 4],
    ['NOT_FOUND', 5],
    ['CONFLICT', 6],
    ['RATE_LIMITED', 7],
    ['QUOTA_EXCEEDED', 7],
    ['MODEL_UNAVAILABLE', 8],
    ['SEALED_BY_OPERATOR', 9],
    ['TENANT_SUSPENDED', 9],
    ['KEY_MISSING', 9],
    ['INTERNAL', 10],
    ['UNKNOWN_PROCEDURE', 11],
    ['BAD_INPUT', 2],
    ['WEAK_PASSWORD', 2],
  ] as const)('is for %s %i', (code, exit) => {
    expect(exitCodeOf(code, ERRORS[code].status)).toBe(exit);
  });

  test('is told for a code of a later version by its status', () => {
    expect(exitCodeOf('SOMETHING_NEW', 403)).toBe(EXIT.notAllowed);
    expect(exitCodeOf('SOMETHING_NEW', 418)).toBe(EXIT.usage);
    expect(exitCodeOf('SOMETHING_NEW', 599)).toBe(EXIT.internal);
  });
});

describe('a table', () => {
  const columns = [
    { title: 'NAME', of: (row: { name: string }) => row.name, shrinks: true },
    { title: 'SIZE', of: (row: { name: string }) => row.name.length, align: 'right' },
  ] as const;

  test('fits the terminal, and is whole where there is none', () => {
    const rows = [{ name: 'a rather long name of a thing' }, { name: 'short' }];
    expect(layTable(columns, rows, 20)).toEqual([
      'NAME            SIZE',
      'a rather long…    29',
      'short              5',
    ]);
    expect(layTable(columns, rows, null)[1]).toBe('a rather long name of a thing    29');
  });

  test('is lines and nothing else, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ name: fc.string({ unit: 'binary' }) })),
        fc.integer({ min: 20, max: 200 }),
        (rows, width) => {
          const lines = layTable(columns, rows, width);
          expect(lines).toHaveLength(rows.length + 1);
          for (const line of lines) {
            expect([...line].length).toBeLessThanOrEqual(width);
            expect(plain(line)).toBe(line);
          }
        },
      ),
    );
  });
});

test('money, sizes and times are said in plain words', () => {
  expect(moneyOf({ micros: 1_234_500_000, currency: 'EUR' })).toBe('1234.50 EUR');
  expect(moneyOf({ micros: -12, currency: 'EUR' })).toBe('-0.000012 EUR');
  expect(moneyOf({ micros: 0, currency: 'USD' })).toBe('0.00 USD');
  expect([sizeOf(0), sizeOf(1023), sizeOf(1536), sizeOf(null)]).toEqual(['0 B', '1023 B', '1.5 KiB', '-']);
  expect([timeOf(0), timeOf(null)]).toEqual(['1970-01-01T00:00:00Z', '-']);
});
