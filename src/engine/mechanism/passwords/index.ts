import { ConsoleError } from '../../../contract';

interface Rule {
  readonly id: string;
  readonly text: string;
  readonly met: (password: string, about: readonly string[]) => boolean;
}

const MINIMUM_CHARACTERS = 12;
const MINIMUM_DIFFERENT = 6;

const RULES: readonly Rule[] = [
  {
    id: 'length',
    text: `At least ${MINIMUM_CHARACTERS} characters`,
    met: (password) => [...password].length >= MINIMUM_CHARACTERS,
  },
  {
    id: 'variety',
    text: `At least ${MINIMUM_DIFFERENT} different characters`,
    met: (password) => new Set(password).size >= MINIMUM_DIFFERENT,
  },
  {
    id: 'personal',
    text: 'Does not hold your name or e-mail address',
    met: (password, about) => !about.some((word) => password.toLowerCase().includes(word)),
  },
];

/** The rules in words, for the screen. NIST SP 800-63B: length counts, composition rules do not. */
export function passwordRules(): { id: string; text: string }[] {
  return RULES.map(({ id, text }) => ({ id, text }));
}

/** Words of four letters or more out of a name and an address, in lower case. */
function personalWords(name: string, email: string): string[] {
  return `${name} ${email.split('@')[0] ?? ''}`
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= 4);
}

/**
 * @param password as typed
 * @param person whose password it is to be
 * @param path where it stands in the input
 * @throws ConsoleError WEAK_PASSWORD naming each rule that is not met
 */
export function requireGoodPassword(
  password: string,
  person: { name: string; email: string },
  path = 'password',
): void {
  const about = personalWords(person.name, person.email);
  const broken = RULES.filter((rule) => !rule.met(password, about));
  if (broken.length === 0) return;
  throw new ConsoleError('WEAK_PASSWORD', {
    fields: broken.map((rule) => ({ path, problem: rule.text })),
  });
}
