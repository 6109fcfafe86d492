import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_IDENTITY_POLICY, type PasswordPolicy } from '../../../src/contract';
import {
  openCommonPasswords,
  passwordRules,
  requireGoodPassword,
} from '../../../src/engine/mechanism/passwords';
import { commonPasswords } from '../../support/engine';

const { password: policy } = DEFAULT_IDENTITY_POLICY;
const common = openCommonPasswords(commonPasswords);
const person = { name: 'Ada Lovelace', email: 'ada.byron@acme.example' };

function broken(password: string, who = person): string[] {
  try {
    requireGoodPassword(password, { person: who, policy, common });
    return [];
  } catch (problem) {
    const { code, detail } = problem as {
      code: string;
      detail: { fields: { path: string; problem: string }[] };
    };
    expect(code).toBe('WEAK_PASSWORD');
    return detail.fields.map(
      ({ problem: text }) => passwordRules(policy).find((rule) => rule.text === text)?.id ?? text,
    );
  }
}

describe('the rules of passwords', () => {
  it.each([
    ['correct horse battery', []],
    ['äöü ßñ漢字 ab🙂', []],
    ['quip', ['length', 'variety']],
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
          requireGoodPassword(password, { person, policy, common });
        } catch (problem) {
          const { message, detail } = problem as Error & { detail: object };
          const words = passwordRules(policy)
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

describe('the rules that an administrator sets', () => {
  const strict = { ...policy, minimumLength: 16, characterClasses: 3, history: 5 };

  function brokenBy(password: string, rules: PasswordPolicy): string[] {
    try {
      requireGoodPassword(password, { person, policy: rules, common });
      return [];
    } catch (problem) {
      const { detail } = problem as { detail: { fields: { problem: string }[] } };
      return detail.fields.map(
        ({ problem: text }) => passwordRules(rules).find((rule) => rule.text === text)?.id ?? text,
      );
    }
  }

  it.each([
    ['seven stones rolling', ['classes']],
    ['Seven stones 7', ['length']],
    ['Seven stones rolling', []],
    ['ßüäöÉ漢字漢字 12 ab 🙂', []],
  ])('%j breaks %j', (password, rules) => {
    expect(brokenBy(password, strict)).toEqual(rules);
  });

  it('are said in words with their numbers, and the one about earlier passwords with them', () => {
    expect(passwordRules(strict).map(({ id, number }) => [id, number])).toEqual([
      ['length', 16],
      ['variety', 6],
      ['personal', undefined],
      ['common', undefined],
      ['classes', 3],
      ['history', 5],
    ]);
  });
});

describe('the list of common passwords', () => {
  it.each([
    ['123456', true],
    ['Password', true],
    ['PASSWORD123!', true],
    ['2024!liverpool!2024', true],
    ['trustno1', true],
    ['1q2w3e4r5t', true],
    ['', false],
    ['12 34 56', false],
    ['correct horse battery', false],
    ['liverpool and a word of mine', false],
  ])('%j: %s', (password, listed) => {
    expect(common.holds(password)).toBe(listed);
  });

  it('takes next to nothing else for one of them', () => {
    const held = Array.from({ length: 20_000 }, (_, index) => `r${index * 7919}x${index}`).filter((word) =>
      common.holds(word),
    );
    expect(held).toEqual([]);
  });

  it('is not opened when a part of it is missing', () => {
    const cut = { ...commonPasswords, entries: commonPasswords.entries + 1 };
    expect(() => openCommonPasswords(cut)).toThrow(RangeError);
  });
});
