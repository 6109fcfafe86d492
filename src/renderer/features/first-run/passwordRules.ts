import type { PasswordRule } from '../../../contract';

/** Whose password it is to be. */
export interface Person {
  name?: string;
  email?: string;
}

const MINIMUM_DIFFERENT = 6;
const MINIMUM_WORD = 4;

/**
 * Whether a candidate meets a rule, as far as the window can tell while one types. `null` means that
 * only the engine knows; it decides in every case.
 */
export function meetsRule(
  { id, number = MINIMUM_DIFFERENT }: Pick<PasswordRule, 'id' | 'number'>,
  password: string,
  person: Person,
): boolean | null {
  if (password === '') return null;
  switch (id) {
    case 'length':
      return [...password].length >= number;
    case 'variety':
      return new Set(password).size >= number;
    case 'personal':
      return !personalWords(person).some((word) => password.toLowerCase().includes(word));
    default:
      return null;
  }
}

/** How long it must be is the policy’s, which the form does not know. */
const KNOWN_RULES = ['variety', 'personal'];

/**
 * What a form says about a new password: that it is missing, or, with `true`, that it is marked as wrong while the
 * list of the rules below it tells which it does not meet. `null` when the window finds nothing.
 */
export function passwordProblem(password: string, person: Person): string | true | null {
  if (password === '') return 'The password is missing';
  return KNOWN_RULES.some((id) => meetsRule({ id }, password, person) === false) ? true : null;
}

function personalWords({ name = '', email = '' }: Person): string[] {
  return `${name} ${email.split('@')[0] ?? ''}`
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= MINIMUM_WORD);
}
