import { Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { AccountState, TenantRole } from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import classes from './people.module.css';
import { ACCOUNT_STATES, ORIGIN_WORDS } from './words';

/** The filter as it stands in the address. */
export interface TypedFilter {
  readonly search: string;
  readonly role: string;
  readonly state: string;
  readonly origin: string;
}

interface FiltersProps {
  typed: TypedFilter;
  onType: (next: TypedFilter) => void;
}

/** Which people are shown. */
export function Filters({ typed, onType }: FiltersProps) {
  const choice = (
    field: 'role' | 'state' | 'origin',
    label: string,
    words: Readonly<Record<string, string>>,
  ) => (
    <Select
      label={label}
      placeholder="Any"
      clearable
      value={typed[field] || null}
      onChange={(value) => onType({ ...typed, [field]: value ?? '' })}
      data={Object.entries(words).map(([value, text]) => ({ value, label: text }))}
    />
  );
  return (
    <search className={classes.filters} aria-label="Filter of the people">
      <TextInput
        type="search"
        label="Who"
        placeholder="Name or e-mail"
        leftSection={<IconSearch aria-hidden size={15} />}
        maxLength={200}
        value={typed.search}
        onChange={(event) => onType({ ...typed, search: event.currentTarget.value })}
      />
      {choice('role', 'Role', Object.fromEntries(TenantRole.options.map((role) => [role, ROLE_WORDS[role]])))}
      {choice(
        'state',
        'State',
        Object.fromEntries(AccountState.options.map((state) => [state, ACCOUNT_STATES[state].label])),
      )}
      {choice('origin', 'Comes from', ORIGIN_WORDS)}
    </search>
  );
}
