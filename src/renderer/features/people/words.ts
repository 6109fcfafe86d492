import type { AccountState, PeopleChange, PeopleFilter } from '../../../contract';
import { format, type StatusProps } from '../../ui';

/** How an account stands. */
export const ACCOUNT_STATES: Readonly<Record<AccountState, Pick<StatusProps, 'tone' | 'label' | 'title'>>> = {
  active: { tone: 'ok', label: 'Active' },
  invited: { tone: 'busy', label: 'Invited', title: 'Has a code and has not set a password yet.' },
  disabled: { tone: 'idle', label: 'Disabled', title: 'Cannot sign in; nothing was removed.' },
};

/** Who holds the password of an account. */
export const ORIGIN_WORDS: Readonly<Record<NonNullable<PeopleFilter['origin']>, string>> = {
  own: 'Own password',
  directory: 'Directory',
};

interface ChangeWords {
  readonly title: (people: number) => string;
  readonly action: string;
  /** What it does to whoever it concerns. */
  readonly meaning: string;
}

const about = (act: string) => (people: number) => `${act} ${format.plural(people, 'person', 'people')}`;

/** What can be done about people. */
export const CHANGE_WORDS: Readonly<Record<PeopleChange['kind'], ChangeWords>> = {
  role: {
    title: about('Change the role of'),
    action: 'Change role',
    meaning: 'A new role is felt at the next click of whoever it concerns.',
  },
  disable: {
    title: about('Disable'),
    action: 'Disable',
    meaning:
      'Whoever is disabled is out at once: sessions end, API keys and open codes are refused. Nothing is deleted, and they still count in the plan.',
  },
  enable: {
    title: about('Enable'),
    action: 'Enable',
    meaning:
      'They may sign in again as before. Their API keys work again too, unless they were revoked or are over.',
  },
  remove: {
    title: about('Remove'),
    action: 'Remove',
    meaning:
      'Account, sessions, API keys, second factors and the conversations of whoever is removed are deleted and cannot be brought back. What stays: documents they added, figures and invoices, and the audit chain, which names them by id only. To keep all of it, disable them instead.',
  },
};
