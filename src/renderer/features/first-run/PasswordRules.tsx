import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { IconCheck, IconCircle, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { installation } from '../../app/api';
import { SkeletonLine } from '../../ui';
import classes from './PasswordRules.module.css';
import { meetsRule, type Person } from './passwordRules';

interface PasswordRulesProps {
  id?: string;
  password: string;
  person: Person;
}

const MARKS = {
  met: { icon: IconCheck, word: 'met' },
  unmet: { icon: IconX, word: 'not met yet' },
  open: { icon: IconCircle, word: 'to be checked' },
};

/** The rules a password must meet, each marked while one types. */
export function PasswordRules({ id, password, person }: PasswordRulesProps) {
  const rules = useQuery(
    installation.query.operators.passwordRules.queryOptions({
      input: {},
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  if (!rules.data) return <SkeletonLine width="80%" />;
  return (
    <ul id={id} className={classes.rules} aria-label="Rules for the password">
      {rules.data.map((rule) => {
        const met = meetsRule(rule.id, password, person);
        const state = met === null ? 'open' : met ? 'met' : 'unmet';
        const { icon: Icon, word } = MARKS[state];
        return (
          <li key={rule.id} data-state={state}>
            <Icon aria-hidden size={14} stroke={2.2} />
            <span>
              {rule.text}
              <span className="visually-hidden">: {word}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

interface PasswordWithRulesProps extends PasswordInputProps {
  value?: string;
  person: Person;
}

/** A field for a new password with its rules below. */
export function PasswordWithRules({ person, ...input }: PasswordWithRulesProps) {
  const rulesId = useId();
  return (
    <div>
      <PasswordInput
        autoComplete="new-password"
        // Mantine writes `aria-describedby` itself, and no `aria-invalid` for this field.
        aria-details={rulesId}
        aria-invalid={input.error ? true : undefined}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        {...input}
      />
      <PasswordRules id={rulesId} password={input.value ?? ''} person={person} />
    </div>
  );
}
