import { describe, expect, it } from 'vitest';
import { passwordProblem } from '../../../src/renderer/features/first-run/passwordRules';

const PERSON = { name: 'Ada Admin', email: 'ada@acme.example' };

describe('what a form says about a new password', () => {
  it('is nothing when it meets the rules', () => {
    expect(passwordProblem('staple anchor violet 2', PERSON)).toBeNull();
  });

  it('has words only where the list of the rules has none', () => {
    expect(passwordProblem('', PERSON)).toBe('The password is missing');
    for (const weak of ['short', 'aaaaaaaaaaaaaaaa', 'admin staple anchor'])
      expect(passwordProblem(weak, PERSON)).toBe(true);
  });
});
