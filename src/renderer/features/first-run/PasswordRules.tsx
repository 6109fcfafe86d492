import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { IconCheck, IconCircle, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import type { PasswordRule } from '../../../contract';
import { installation } from '../../app/api';
import { SkeletonLine } from '../../ui';
import classes from './PasswordRules.module.css';
import { meetsRule, type Person } from './passwordRules';

interface PasswordRulesProps {
  id?: string;
  password: string;
  person: Person;
  /** Those of a tenant’s policy; the installation’s when left out. */
  rules?: readonly PasswordRule[] | undefined;
}

const MARKS = {
  met: { icon: IconCheck, word: 'met' },
  unmet: { icon: IconX, word: 'not met yet' },
  open: { icon: IconCircle, word: 'to be checked' },
};

/** The rules a password must meet, each marked while one types. */
export function PasswordRules({ id, password, person, rules }: PasswordRulesProps) {
  const site = useQuery(
    installation.query.operators.passwordRules.queryOptions({
      input: {},
      enabled: rules === undefined,
    }),
  );
  const shown = rules ?? site.data;
  if (!shown) return <SkeletonLine width="80%" />;
  return (
    <ul id={id} className={classes.rules} aria-label="Rules for the password">
      {shown.map((rule) => {
        const met = meetsRule(rule, password, person);
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
  rules?: readonly PasswordRule[] | undefined;
}

/** A field for a new password with its rules below. */
export function PasswordWithRules({ person, rules, ...input }: PasswordWithRulesProps) {
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
      <PasswordRules id={rulesId} password={input.value ?? ''} person={person} rules={rules} />
    </div>
  );
}
