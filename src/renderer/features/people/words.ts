import type { AccountState, PeopleFilter } from '../../../contract';
import type { StatusProps } from '../../ui';

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
