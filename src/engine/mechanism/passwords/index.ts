import { ConsoleError, type PasswordPolicy, type PasswordRule } from '../../../contract';
import type { CommonPasswords } from './commonPasswords';

export { type CommonPasswords, openCommonPasswords } from './commonPasswords';

interface Rule extends PasswordRule {
  readonly met: (password: string, about: readonly string[], common: CommonPasswords) => boolean;
}

const MINIMUM_DIFFERENT = 6;
const CLASSES: readonly RegExp[] = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u];

function rulesOf(policy: PasswordPolicy): Rule[] {
  const { minimumLength, characterClasses } = policy;
  const rules: Rule[] = [
    {
      id: 'length',
      text: `At least ${minimumLength} characters`,
      number: minimumLength,
      met: (password) => [...password].length >= minimumLength,
    },
    {
      id: 'variety',
      text: `At least ${MINIMUM_DIFFERENT} different characters`,
      number: MINIMUM_DIFFERENT,
      met: (password) => new Set(password).size >= MINIMUM_DIFFERENT,
    },
    {
      id: 'personal',
      text: 'Does not hold your name or e-mail address',
      met: (password, about) => !about.some((word) => password.toLowerCase().includes(word)),
    },
    {
      id: 'common',
      text: 'Is not one of the common passwords, nor one with digits or signs around it',
      met: (password, _about, common) => !common.holds(password),
    },
  ];
  if (characterClasses > 0) {
    rules.push({
      id: 'classes',
      text: `Holds at least ${characterClasses} of: small letters, capitals, digits, other signs`,
      number: characterClasses,
      met: (password) => CLASSES.filter((found) => found.test(password)).length >= characterClasses,
    });
  }
  return rules;
}

/** What the rule about earlier passwords says, where there is one. */
export function historyRule({ history }: PasswordPolicy): PasswordRule[] {
  if (history === 0) return [];
  const text = history === 1 ? 'Is not your present password' : `Is none of your last ${history} passwords`;
  return [{ id: 'history', text, number: history }];
}

/** The rules in words, for the screen. */
export function passwordRules(policy: PasswordPolicy): PasswordRule[] {
  const shown = rulesOf(policy).map(({ met: _, ...rule }) => rule);
  return [...shown, ...historyRule(policy)];
}

/** Words of four letters or more out of a name and an address, in lower case. */
function personalWords(name: string, email: string): string[] {
  return `${name} ${email.split('@')[0] ?? ''}`
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= 4);
}

/** A password that was refused, with the rules that it does not meet. */
export function weakPassword(broken: readonly PasswordRule[], path: string): ConsoleError {
  return new ConsoleError('WEAK_PASSWORD', {
    fields: broken.map((rule) => ({ path, problem: rule.text })),
  });
}

/** Whose password it is to be, and what it is held against. */
export interface PasswordQuestion {
  readonly person: { readonly name: string; readonly email: string };
  readonly policy: PasswordPolicy;
  readonly common: CommonPasswords;
  /** The field of the input that the rules are reported for. */
  readonly path?: string;
}

/**
 * @param password as typed
 * @throws ConsoleError WEAK_PASSWORD naming each rule that is not met
 */
export function requireGoodPassword(password: string, question: PasswordQuestion): void {
  const { person, policy, common, path = 'password' } = question;
  const about = personalWords(person.name, person.email);
  const broken = rulesOf(policy).filter((rule) => !rule.met(password, about, common));
  if (broken.length > 0) throw weakPassword(broken, path);
}
