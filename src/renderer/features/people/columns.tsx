import { Checkbox } from '@mantine/core';
import { Link } from 'react-router';
import type { Person } from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import { type Column, RelativeTime, Status, useNow } from '../../ui';
import classes from './people.module.css';
import { ACCOUNT_STATES, ORIGIN_WORDS } from './words';

/** Who is chosen, and how that is changed; `null` where nothing can be done about anybody. */
export interface Choice {
  readonly chosen: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
}

function choiceColumn({ chosen, toggle }: Choice): Column<Person> {
  return {
    key: 'chosen',
    header: 'Chosen',
    headerHidden: true,
    render: ({ id, name }) => (
      <Checkbox
        size="xs"
        aria-label={`Choose ${name}`}
        checked={chosen.has(id)}
        onChange={() => toggle(id)}
      />
    ),
  };
}

/** The columns of the list of people. @param pathOf where the drawer of a person is */
export function peopleColumns(
  pathOf: (id: string) => string,
  choice: Choice | null,
): readonly Column<Person>[] {
  return [
    ...(choice ? [choiceColumn(choice)] : []),
    {
      key: 'name',
      header: 'Name',
      sort: 'name',
      render: ({ id, name, email }) => (
        <span className={classes.person}>
          <Link className={classes.name} to={pathOf(id)}>
            {name}
          </Link>
          <span className={classes.email}>{email}</span>
        </span>
      ),
    },
    {
      key: 'role',
      header: 'Role',
      sort: 'role',
      hideBelow: 'sm',
      render: (person) => <RoleCell person={person} />,
    },
    {
      key: 'state',
      header: 'State',
      sort: 'state',
      render: (person) => <PersonState person={person} />,
    },
    {
      key: 'origin',
      header: 'Comes from',
      hideBelow: 'lg',
      render: ({ origin }) => (origin.kind === 'own' ? ORIGIN_WORDS.own : origin.name),
    },
    {
      key: 'factor',
      header: 'Second factor',
      hideBelow: 'lg',
      render: ({ hasSecondFactor }) => (hasSecondFactor ? 'Set up' : '–'),
    },
    {
      key: 'sign-in',
      header: 'Last sign-in',
      sort: 'sign-in',
      hideBelow: 'md',
      render: ({ lastSignInAt }) => (lastSignInAt === null ? 'never' : <RelativeTime at={lastSignInAt} />),
    },
  ];
}

function RoleCell({ person: { role, customRoles } }: { person: Person }) {
  if (customRoles.length === 0) return ROLE_WORDS[role];
  const names = customRoles.map(({ name }) => name).join(', ');
  return (
    <span title={names}>
      {ROLE_WORDS[role]} <span className="muted">and {names}</span>
    </span>
  );
}

/** How an account stands, and whether a code is open for it. */
export function PersonState({ person: { state, invitation } }: { person: Person }) {
  const now = useNow();
  const isOver = invitation === null || invitation.expiresAt <= now;
  if (state === 'invited' && isOver) {
    return <Status tone="warn" label="Invited, no code" title="The code is over or was withdrawn." />;
  }
  if (state === 'active' && !isOver) {
    return <Status tone="warn" label="Reset" title="Has a code to set a new password." />;
  }
  return <Status {...ACCOUNT_STATES[state]} />;
}
