import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passwordRules, requireGoodPassword } from '../../../src/engine/mechanism/passwords';

const person = { name: 'Ada Lovelace', email: 'ada.byron@acme.example' };

function broken(password: string, who = person): string[] {
  try {
    requireGoodPassword(password, who);
    return [];
  } catch (problem) {
    const { code, detail } = problem as {
      code: string;
      detail: { fields: { path: string; problem: string }[] };
    };
    expect(code).toBe('WEAK_PASSWORD');
    return detail.fields.map(
      ({ problem: text }) => passwordRules().find((rule) => rule.text === text)?.id ?? text,
    );
  }
}

describe('the rules of passwords', () => {
  it.each([
    ['correct horse battery', []],
    ['äöü ßñ漢字 ab🙂', []],
    ['short', ['length', 'variety']],
    ['aaaaaaaaaaaaaaaaaa', ['variety']],
    ['my LOVELACE password', ['personal']],
    ['the byron of acme', ['personal']],
    ['ada is short enough', []],
    ['', ['length', 'variety']],
  ])('%j breaks %j', (password, rules) => {
    expect(broken(password)).toEqual(rules);
  });

  it('never repeat the password', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 3, maxLength: 20 }), (password) => {
        try {
          requireGoodPassword(password, person);
        } catch (problem) {
          const { message, detail } = problem as Error & { detail: object };
          const words = passwordRules()
            .map(({ text }) => text)
            .join();
          fc.pre(!words.includes(password) && !'password'.includes(password));
          expect(message + JSON.stringify(Object.values(detail))).not.toContain(`"${password}"`);
        }
      }),
      { numRuns: 100 },
    );
  });
});
